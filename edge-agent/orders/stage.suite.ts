import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { commandText, type Command, type Order } from '@nova/shared-protocol/messages'
import { Charger } from '@nova/shared-protocol/model'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Deed } from '../drivers/contract.ts'
import { openStore, StoreError, type Store } from '../store/index.ts'
import { commandCheck, openCaps, openOrders, type Caps, type Orders, type OrdersNeeds } from './index.ts'
import type { PendingStart, Reservation } from './needs.ts'

const keys = generateKeyPairSync('ed25519')

export const charger = Charger.parse({
  id: 'CP-1',
  protocol: 'ocpp1.6',
  identity: 'CP-1',
  evses: [
    {
      id: 1,
      connectors: [
        { id: 1, type: 'type2', maxPowerW: 22_000 },
        { id: 2, type: 'type2', maxPowerW: 22_000 }
      ]
    }
  ]
})

export const view = (changes: Partial<ConnectorView> = {}): ConnectorView => ({
  chargerId: 'CP-1',
  evseId: 1,
  connectorId: 1,
  connected: true,
  status: 'preparing',
  errorCode: null,
  statusAt: null,
  session: null,
  reading: null,
  readingHeardAtMs: null,
  ...changes
})

let counter = 0

/** A command as the cloud makes it, signed; `changes` after the signature garble it. */
export function commandOf(changes: Partial<Command> = {}, garbled: Partial<Command> = {}): Command {
  const now = Date.now()
  const command: Omit<Command, 'signature'> = {
    v: 1,
    id: randomUUID(),
    site: 'site-a',
    epoch: 4,
    counter: ++counter,
    issuer: 'operator',
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 60_000).toISOString(),
    chargerId: 'CP-1',
    action: 'start',
    payload: { connector: 'CP-1:1:1', tokenUid: 'TAG-1', authorised: true },
    ...changes
  }
  const signature = sign(null, Buffer.from(commandText(command)), keys.privateKey).toString('base64')
  return { ...command, signature, ...garbled }
}

export const bytesOf = (command: unknown): Uint8Array => Buffer.from(JSON.stringify(command))
export const fits = commandCheck(keys.publicKey)

/** Orders on a real store; the charger is whatever `perform` says. */
export type Stage = {
  readonly orders: Orders
  readonly store: Store
  readonly caps: Caps
  readonly performed: { chargerId: string; order: Order }[]
  readonly pending: Map<string, PendingStart>
  readonly became: string[]
  readonly scene: { views: ConnectorView[]; reservations: Reservation[]; token: string; diskFull?: boolean }
  facts(): Record<string, unknown>[]
  /** The process dies and another one opens the same database. */
  reborn(): Promise<Stage>
  close(): Promise<void>
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

type Perform = (order: Order, signal: AbortSignal) => Promise<Deed>

export function openStage(
  perform: Perform = accepts,
  at = mkdtempSync(path.join(tmpdir(), 'nova-orders-'))
): Stage {
  const file = path.join(at, 'edge.db')
  const store = openStore({ path: file, now: Date.now, random: randomUUID, log: silent, reserveBytes: 0 })
  const caps = openCaps({
    commit: (write) => store.commit(write),
    meta: store.meta,
    changed: () => undefined
  })
  const noted: Noted = {
    performed: [],
    pending: new Map(),
    became: [],
    scene: { views: [view()], reservations: [], token: 'accepted' }
  }
  const orders = openOrders({ ...needsOf(store, noted, perform), caps })
  return {
    orders,
    store,
    caps,
    ...noted,
    facts: () =>
      store.outbox.read('facts', 0, 1000).map(([, , body]) => JSON.parse(body) as Record<string, unknown>),
    reborn: async () => {
      await store.close()
      return openStage(perform, at)
    },
    close: async () => {
      await orders.close(100)
      await store.close()
      rmSync(at, { recursive: true, force: true })
    }
  }
}

const accepts: Perform = async () => ({ kind: 'accepted', answer: { status: 'Accepted' } })

type Noted = Pick<Stage, 'performed' | 'pending' | 'became' | 'scene'>

function needsOf(store: Store, noted: Noted, perform: Perform): Omit<OrdersNeeds, 'caps'> {
  return {
    site: 'site-a',
    voltageV: 230,
    clock: { now: Date.now },
    uuid: randomUUID,
    signatureFits: fits,
    store: {
      commit: async (write) => {
        if (noted.scene.diskFull === true) throw new StoreError('disk-full')
        return store.commit(write)
      },
      state: () => (noted.scene.diskFull === true ? 'failing' : store.health().state),
      appendFact: (key, fact) => void store.outbox.append('facts', key, JSON.stringify(fact)),
      commands: store.commands
    },
    wishes: { put: async () => undefined },
    intake: {
      chargers: () => [charger],
      views: () => noted.scene.views,
      authorise: async () => ({ status: noted.scene.token, group: null }),
      pendingStart: async (start) => void noted.pending.set(start.commandId, start),
      dropPendingStart: async (id) => void noted.pending.delete(id),
      running: ({ sessionId }) => {
        const place = { chargerId: 'CP-1', evseId: 1, connectorId: 1 }
        return sessionId === knownSession ? { ...place, sessionId, transactionId: '77' } : null
      },
      reservations: {
        list: () => noted.scene.reservations,
        asked: async ({ reservationId }) => void noted.became.push(`${reservationId} asked`),
        became: async (_chargerId, id, status) => void noted.became.push(`${id} ${status}`)
      }
    },
    perform: async (chargerId, order, signal) => {
      noted.performed.push({ chargerId, order })
      return perform(order, signal)
    },
    metrics: { ended: () => undefined },
    count: () => undefined,
    log: silent
  }
}

export const knownSession = '5b6f2c0e-0000-4000-8000-000000000001'
