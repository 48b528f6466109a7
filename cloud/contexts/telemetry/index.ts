import { LimitChanged } from '@nova/shared-protocol/messages'
import { z } from 'zod'
import type { Listener, Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { makePartitions, rollUp } from './roll-up.ts'
import { routes, type Needs } from './routes.ts'
import { tallyListener } from './tallies.ts'

export { meteredWh } from './balance.ts'
export { saveSamples } from './save.ts'
export { tallyTotals, type Total } from './tallies.ts'
export type { Needs } from './routes.ts'

export const migrations: Migrations = {
  context: 'telemetry',
  files: [
    new URL('./migrations/0001_telemetry.sql', import.meta.url),
    new URL('./migrations/0002_closed_chunks.sql', import.meta.url),
    new URL('./migrations/0003_tallies.sql', import.meta.url)
  ],
  // Before it asked whether TimescaleDB is loaded, it failed where it is installed only. Same tables elsewhere.
  formerly: {
    '0001_telemetry.sql': ['b20aa67874e06c438e44eebc3b5f19160bf6806aec050bd0a1f0c60948491404']
  }
}

export type Telemetry = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  readonly jobs: readonly { readonly name: string; readonly everyMs: number; run(): Promise<void> }[]
}

const rollUpMs = 10_000
const partitionsMs = 6 * 3_600_000

/** Samples over time, rolled up, for charts. */
export function openTelemetry(needs: Needs): Telemetry {
  return {
    routes: routes(needs),
    listeners: [limitListener, tallyListener],
    jobs: [
      { name: 'roll up samples', everyMs: rollUpMs, run: async () => void (await rollUp(needs.database)) },
      { name: 'make partitions', everyMs: partitionsMs, run: async () => makePartitions(needs.database) }
    ]
  }
}

const Body = z.object({ siteId: z.string(), fact: LimitChanged })

const limitListener: Listener = {
  name: 'telemetry-limits',
  kinds: ['limit.changed.v1'],
  async handle(tx, events) {
    for (const { body } of events) {
      const { siteId, fact } = Body.parse(body)
      await tx.query(
        `insert into limit_steps (tenant_id, site_id, at, limit_w, limit_ma, reason, valid) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, site_id, at) do update set limit_w = $4, limit_ma = $5, reason = $6, valid = $7`,
        [tx.tenantId, siteId, fact.at, fact.limitW, fact.limitMilliA, fact.reason, JSON.stringify(fact.valid)]
      )
    }
  }
}
