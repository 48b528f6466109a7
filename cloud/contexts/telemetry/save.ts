import type { History } from '@nova/shared-protocol/messages'
import type { Reading } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'
import { participantSource } from './sources.ts'

type Row = {
  readonly source: string
  readonly sessionId: string | null
  readonly limitMa: number | null
  readonly limitW: number | null
  readonly reading: Reading
}

function rowOf(history: History): Row {
  const { reading } = history
  const plain = { sessionId: null, limitMa: null, limitW: null, reading }
  switch (history.kind) {
    case 'sample.connector.v1':
      return {
        ...plain,
        source: history.connector,
        sessionId: history.sessionId,
        limitMa: history.limitMilliA
      }
    case 'sample.meter.v1':
      return { ...plain, source: history.deviceId, limitW: history.limitW }
    case 'sample.participant.v1':
      return { ...plain, source: participantSource(history.participant, history.deviceId) }
  }
}

/** Keeps samples in the caller's transaction: one statement for all, whatever their number. */
export async function saveSamples(
  tx: Tx,
  siteId: string,
  samples: readonly { readonly history: History }[]
): Promise<void> {
  if (samples.length === 0) return
  const rows = samples.map(({ history }) => rowOf(history))
  await tx.query(
    `insert into samples (tenant_id, site_id, source, at, session_id, register_wh, power_w, current_ma, voltage_v, offered_ma,
       limit_ma, limit_w, soc, temperature_c)
     select $1, $2, s.source, s.at, s.session_id, s.register_wh, s.power_w,
       case when s.i1 is not null then array[s.i1, s.i2, s.i3] end, case when s.u1 is not null then array[s.u1, s.u2, s.u3] end,
       s.offered_ma, s.limit_ma, s.limit_w, s.soc, s.temperature_c
     from unnest($3::text[], $4::timestamptz[], $5::uuid[], $6::bigint[], $7::int[], $8::int[], $9::int[], $10::int[],
       $11::real[], $12::real[], $13::real[], $14::int[], $15::int[], $16::int[], $17::real[], $18::real[])
       as s(source, at, session_id, register_wh, power_w, i1, i2, i3, u1, u2, u3, offered_ma, limit_ma, limit_w, soc, temperature_c)`,
    [tx.tenantId, siteId, ...columnsOf(rows)]
  )
  const hours = new Set(rows.map(({ reading }) => year(reading.at).slice(0, 13)))
  await tx.query(
    `insert into samples_dirty (tenant_id, site_id, hour) select $1, $2, hour from unnest($3::timestamptz[]) as hour on conflict do nothing`,
    [tx.tenantId, siteId, [...hours].toSorted().map((hour) => `${hour}:00:00Z`)]
  )
}

// The language allows more than the columns: one absurd value must not hold up a lane.
const mostInt = 2 ** 31 - 1
const int = (value: number | null | undefined): number | null =>
  value === undefined || value === null || Math.abs(value) > mostInt ? null : value
const year = (at: string): string => (at.startsWith('0000') ? `0001${at.slice(4)}` : at) // PostgreSQL knows no year 0.

function columnsOf(rows: readonly Row[]): unknown[][] {
  const reading = (pick: (reading: Reading) => unknown): unknown[] =>
    rows.map((row) => pick(row.reading) ?? null)
  return [
    rows.map(({ source }) => source),
    reading(({ at }) => year(at)),
    rows.map(({ sessionId }) => sessionId),
    reading(({ registerWh }) => registerWh),
    reading(({ powerW }) => int(powerW)),
    ...[0, 1, 2].map((phase) => reading(({ currentMilliA }) => currentMilliA?.[phase])),
    ...[0, 1, 2].map((phase) => reading(({ voltageV }) => voltageV?.[phase])),
    reading(({ offeredMilliA }) => int(offeredMilliA)),
    rows.map(({ limitMa }) => int(limitMa)),
    rows.map(({ limitW }) => int(limitW)),
    reading(({ socPercent }) => socPercent),
    reading(({ temperatureC }) => temperatureC)
  ]
}
