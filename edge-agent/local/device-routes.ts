import {
  connectorKey,
  sayMisfit,
  type Allocation,
  type Charger,
  type Settled
} from '@nova/shared-protocol/model'
import { ampsOf } from '@nova/shared-protocol/units'
import type { FastifyInstance } from 'fastify'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Needs } from './needs.ts'
import { notFound } from './problem.ts'

/** `GET /devices`, `/devices/{id}/shadow`, `/chargers`, `/connectors`, `/unclaimed`: what is here and what it last said. */
export function deviceRoutes(api: FastifyInstance, needs: Needs): void {
  const { devices } = needs
  api.get('/devices', async () => ({
    items: [...chargerItems(needs), ...meterItems(needs)],
    nextCursor: null
  }))
  api.get('/unclaimed', async () => ({ items: devices.unclaimed(), nextCursor: null }))
  api.get('/chargers', async () => ({ items: devices.chargers().map(withoutSecret), nextCursor: null }))
  api.get('/connectors', async () => ({ items: connectorItems(needs), nextCursor: null }))
  api.get<{ Params: { id: string } }>('/chargers/:id', async ({ params }) => {
    const charger = devices.chargers().find((each) => each.id === params.id)
    if (!charger) throw notFound(`charger ${params.id}`)
    return withoutSecret(charger)
  })
  api.get<{ Params: { id: string } }>('/connectors/:id', async ({ params }) => {
    const connector = connectorItems(needs).find((each) => each.id === params.id)
    if (!connector) throw notFound(`connector ${params.id}`)
    return connector
  })
  api.get<{ Params: { id: string } }>('/devices/:id/shadow', async ({ params }) => shadowOf(needs, params.id))
}

function shadowOf({ devices }: Needs, id: string) {
  const known =
    devices.chargers().some((charger) => charger.id === id) ||
    devices.meters().some((meter) => meter.id === id)
  const fields = devices.shadow(id)
  if (!known && fields.length === 0) throw notFound(`device ${id}`)
  const owned = (owner: 'cloud' | 'edge') =>
    Object.fromEntries(
      fields
        .filter((field) => field.owner === owner)
        .map(({ field, value, version, at }) => [field, { value, version, at }])
    )
  return { id, desired: owned('cloud'), reported: owned('edge') }
}

function chargerItems(needs: Needs) {
  const connectors = connectorItems(needs)
  return needs.devices.chargers().map((charger) => ({
    ...withoutSecret(charger),
    kind: 'charger' as const,
    online: needs.devices.isConnected(charger.id),
    fallback: fallbackOf(needs.devices.fallback(charger.id)),
    connectors: connectors.filter((each) => each.chargerId === charger.id)
  }))
}

const reasons = {
  stated: 'as configured',
  automatic: 'automatic: 6 A fit under every fuse',
  waits: 'automatic: no room for 6 A, so it waits for current from the edge',
  refused: 'the configured fallback does not fit',
  unmanaged: 'not managed: its full power is reserved',
  overload: 'not managed, and its full power does not fit'
} as const satisfies Record<Settled['kind'], string>

/** What a charger does without a word from the edge, and why it is not more. */
const fallbackOf = (settled: Settled | undefined) =>
  settled
    ? {
        limitA: settled.fallbackA,
        kind: settled.kind,
        reason: reasons[settled.kind] + (settled.misfit ? ` (${sayMisfit(settled.misfit)})` : '')
      }
    : null

const meterItems = ({ devices }: Needs) =>
  devices.meters().map((meter) => ({ ...meter, kind: 'meter' as const, online: meter.reading !== null }))

/** Passwords go in and never come out. */
const withoutSecret = ({ security, ...charger }: Charger) => ({
  ...charger,
  security: { profile: security.profile }
})

function connectorItems({ devices, site, monotonic }: Needs) {
  const shares = new Map(site.allocation()?.connectors.map((share) => [connectorKey(share), share]))
  return devices.views().map((view) => connectorItem(view, shares.get(connectorKey(view)), monotonic()))
}

type Share = Allocation['connectors'][number]

function connectorItem(view: ConnectorView, share: Share | undefined, nowMs: number) {
  const { chargerId, evseId, connectorId, status, errorCode, reading, session } = view
  return {
    id: connectorKey(view),
    chargerId,
    evseId,
    connectorId,
    status,
    errorCode,
    sessionId: session?.sessionId ?? null,
    energyWh: session?.energyWh ?? null,
    ...measured(view, nowMs),
    ...limitOf(share),
    updatedAt: reading?.at ?? view.statusAt
  }
}

function measured({ reading, readingHeardAtMs }: ConnectorView, nowMs: number) {
  const ageMs = readingHeardAtMs === null ? null : Math.max(0, nowMs - readingHeardAtMs)
  return {
    powerW: reading?.powerW ?? null,
    registerWh: reading?.registerWh ?? null,
    ageSeconds: ageMs === null ? null : Math.round(ageMs / 1000)
  }
}

const limitOf = (share: Share | undefined) => ({
  limitW: share?.limitW ?? null,
  limitA: share ? ampsOf(share.limitMilliA) : null,
  limitReason: share?.reason ?? null
})
