import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DesiredVersions } from '@nova/shared-protocol/messages'
import { openStore, type Store } from '../store/index.ts'
import type { TestNats } from './second-cloud.suite.ts'
import { openUplink, type Uplink, type UplinkNeeds, type UplinkState } from './index.ts'

export const siteId = 'site-a'

/** An uplink on a real store; alarms, counts and states are noted. */
export type Stage = {
  readonly store: Store
  readonly uplink: Uplink
  readonly alarms: string[]
  readonly counts: Map<string, number>
  readonly states: UplinkState[]
  readonly applied: { section: string; version: number }[]
  /** Appends `count` events, a hundred in a commit. */
  fill(lane: 'facts' | 'history', count: number): Promise<void>
  close(): Promise<void>
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

export function openStage(
  nats: Pick<TestNats, 'url' | 'credentials'>,
  overrides: Partial<UplinkNeeds> = {}
): Stage {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-uplink-'))
  const store = openStore({
    path: path.join(folder, 'edge.db'),
    now: Date.now,
    random: randomUUID,
    log: silent,
    reserveBytes: 0
  })
  const noted = {
    alarms: [] as string[],
    counts: new Map<string, number>(),
    states: [] as UplinkState[],
    applied: [] as Stage['applied']
  }
  let filled = 0
  const uplink = openUplink({ ...needsOf(nats, store, noted), ...overrides })
  return {
    store,
    uplink,
    ...noted,
    fill: async (lane, count) => {
      for (let done = 0; done < count; done += 100) {
        const from = filled
        const most = Math.min(100, count - done)
        filled += most
        await store.commit(() => {
          for (let each = 1; each <= most; each++) {
            const body = { kind: 'test', lane, number: from + each, text: 'x'.repeat(200) }
            store.outbox.append(lane, `${lane}:${from + each}`, JSON.stringify(body))
          }
        })
      }
    },
    close: async () => {
      await uplink.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function needsOf(
  nats: Pick<TestNats, 'url' | 'credentials'>,
  store: Store,
  noted: Pick<Stage, 'alarms' | 'counts' | 'states' | 'applied'>
): UplinkNeeds {
  const boot = randomUUID()
  const versions = (): DesiredVersions => ({
    chargers: 0,
    tokens: 0,
    limits: 0,
    tariffs: 0,
    ...store.desired.versions()
  })
  return {
    site: siteId,
    version: '0.0.0',
    servers: nats.url,
    credentials: nats.credentials,
    identity: () => ({ instance: store.meta.instance, boot }),
    renewIdentity: () => store.commit(() => store.meta.put('instance', randomUUID())),
    clock: { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() },
    random: Math.random,
    outbox: store.outbox,
    commit: (write) => store.commit(write),
    desiredVersions: versions,
    desired: async ({ section, version, body }) => {
      await store.commit(() => store.desired.put(section, version, body))
      noted.applied.push({ section, version })
      return { ok: true }
    },
    command: async (bytes, epoch) => {
      const { id } = JSON.parse(Buffer.from(bytes).toString()) as { id: string }
      return { v: 1, id, status: 'accepted', result: { epoch } }
    },
    ask: async (bytes) => `you asked ${Buffer.from(bytes).toString()}`,
    live: {
      anew: () => undefined,
      connectors: () => null,
      allocation: () => null,
      picture: () => null,
      state: () => stateOf(versions())
    },
    changed: (state) => void noted.states.push(state),
    alarms: {
      raise: ({ code, subject }) => void noted.alarms.push(`+${code} ${subject}`),
      clear: (code, subject) => void noted.alarms.push(`-${code} ${subject}`)
    },
    count: (name, by = 1) => void noted.counts.set(name, (noted.counts.get(name) ?? 0) + by),
    log: silent
  }
}

const stateOf = (desired: DesiredVersions) => {
  const lane = { first: 1, last: 0, durable: 0 }
  return {
    version: '0.0.0',
    startedAt: new Date().toISOString(),
    outbox: { facts: lane, history: lane },
    desired,
    alarms: 0
  }
}
