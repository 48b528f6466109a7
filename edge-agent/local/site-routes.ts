import { connectorKey, type Allocation } from '@nova/shared-protocol/model'
import { ampsOf } from '@nova/shared-protocol/units'
import type { FastifyInstance } from 'fastify'
import { branches } from './headroom.ts'
import type { Needs } from './needs.ts'

/** `GET /site`: limits and allocations with their reasons; `GET /outbox`, `/uplink`, `/alarms`. */
export function siteRoutes(api: FastifyInstance, { site, devices, version, now }: Needs): void {
  api.get('/site', async () => {
    const allocation = site.allocation()
    return {
      ...site.plan(),
      at: new Date(now()).toISOString(),
      version,
      limits: site.limits(),
      effectiveLimit: effective(allocation),
      allocations: allocation?.connectors.map(shareOf) ?? [],
      tree: branches(site.plan(), devices.chargers(), { allocation, wires: site.wires() }),
      uplink: site.uplink()
    }
  })
  api.get('/limits', async () => ({ items: site.limits(), nextCursor: null }))
  api.get('/alarms', async () => ({ items: site.alarms(), nextCursor: null }))
  api.get('/uplink', async () => ({ ...site.uplink(), desired: site.desiredVersions() }))
  api.get('/outbox', async () => {
    const lanes = {
      facts: laneOf(site.outbox().lane('facts')),
      history: laneOf(site.outbox().lane('history'))
    }
    return { ...lanes.facts, lanes }
  })
}

const laneOf = ({ first, last, durable }: { first: number; last: number; durable: number }) => ({
  firstSequence: first,
  lastSequence: last,
  durableSequence: durable
})

/** null until the control loop has run once: then nothing is known, which is not the same as no limit. */
function effective(allocation: Allocation | null) {
  if (!allocation) return null
  const { at, limitW, limitMilliA, limitReason: reason, siteW, baseLoadW, meter, missingW } = allocation
  return { at, limitW, limitA: limitMilliA.map(ampsOf), reason, siteW, baseLoadW, meter, missingW }
}

const shareOf = (share: Allocation['connectors'][number]) => ({
  id: connectorKey(share),
  ...share,
  limitA: ampsOf(share.limitMilliA),
  committedA: ampsOf(share.committedMilliA)
})
