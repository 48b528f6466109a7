import type { ChargingSchedule } from '@nova/shared-protocol/codecs/ocpp'
import {
  composite,
  compositeAt,
  schedule16,
  type Composite,
  type CompositePeriod,
  type Profile,
  type Station,
  type Unit
} from '@nova/shared-protocol/codecs/ocpp/composite'
import { switchedOn, type Body, type Outlet } from './body.ts'

/** Milliamperes per phase that the profiles allow the outlet now, the station's cap included; null: no limit. */
export function allowedMilliA(body: Body, outlet: Outlet): number | null {
  const asked = { evse: outlet.number, unit: 'A', fromMs: body.nowMs, toMs: body.nowMs } as const
  return milliA(body, compositeAt(body.profiles, stationOf(body, outlet), asked, body.nowMs).limit[0])
}

/** Phases that the profiles let it use: fewer than it has only where it says that it can switch (OCPP 1.6 §9.4). */
export function allowedPhases(body: Body, outlet: Outlet): 1 | 3 {
  if (!switchedOn(body, 'ConnectorSwitch3to1PhaseSupported')) return outlet.phases
  const asked = { evse: outlet.number, unit: 'A', fromMs: body.nowMs, toMs: body.nowMs } as const
  const { phases } = compositeAt(body.profiles, stationOf(body, outlet), asked, body.nowMs)
  return phases === 1 ? 1 : outlet.phases
}

/** The cap of the whole station, per phase; null: none. */
export function stationMilliA(body: Body): number | null {
  const caps = body.profiles.filter(({ purpose }) => purpose === 'station-max')
  if (caps.length === 0) return null
  const asked = { evse: 0, unit: 'A', fromMs: body.nowMs, toMs: body.nowMs } as const
  const alone: Station = { ...stationOf(body), evses: [], phases: 3 }
  return milliA(body, compositeAt(caps, alone, asked, body.nowMs).limit[0])
}

// A division may end at 15.999…; a thousandth of a milliampere is nobody's limit.
function milliA({ temper }: Body, amps: number | null): number | null {
  if (amps === null) return null
  return temper.wholeAmps ? Math.floor(amps + 1e-6) * 1000 : Math.floor(amps * 1000 + 1e-3)
}

const longestS = 7 * 86_400 // A shorter answer than was asked for is allowed; years of a daily profile are no use.

/** GetCompositeSchedule (OCPP 1.6 §5.7): what the station will do, as far as its temper lets it tell the truth. */
export function compositeSchedule(
  body: Body,
  asked: { readonly outlet: Outlet | null; readonly durationS: number; readonly unit: Unit }
): ChargingSchedule {
  const { outlet, unit } = asked
  const durationS = Math.min(asked.durationS, longestS)
  const fromMs = body.nowMs
  const told: readonly Profile[] = body.temper.profiles === 'accepted-but-forgotten' ? [] : body.profiles
  const said = composite(told, stationOf(body, outlet), {
    evse: outlet?.number ?? 0,
    unit,
    fromMs,
    toMs: fromMs + durationS * 1000
  })
  const most = (outlet ? [outlet] : body.outlets).reduce((sum, each) => sum + mostOf(body, each, unit), 0)
  return schedule16(rounded(body, bounded(said, most)), most)
}

const mostOf = ({ voltageV }: Body, { maxMilliA, phases }: Outlet, unit: Unit): number =>
  unit === 'A' ? maxMilliA / 1000 : (maxMilliA * voltageV * phases) / 1000

/** No profile makes the station more than it is. */
const bounded = (said: Composite, most: number): Composite =>
  limited(said, (limit) => Math.min(limit ?? most, most))

const rounded = ({ temper }: Body, said: Composite): Composite =>
  temper.wholeAmps && said.unit === 'A' ? limited(said, (limit) => Math.floor((limit ?? 0) + 1e-6)) : said

function limited(said: Composite, change: (limit: number | null) => number): Composite {
  const [first, ...rest] = said.periods
  const changed = (period: CompositePeriod): CompositePeriod => ({
    ...period,
    limit: [change(period.limit[0]), null, null]
  })
  const all = [changed(first)]
  for (const period of rest.map(changed)) {
    const last = all.at(-1)
    if (last?.limit[0] !== period.limit[0] || last.phases !== period.phases) all.push(period)
  }
  return { ...said, periods: [all[0] ?? changed(first), ...all.slice(1)] }
}

/** Without a transaction the outlet answers as if one began now: the default is what a car would get. */
function stationOf({ outlets, voltageV }: Body, outlet: Outlet | null = null): Station {
  return {
    version: '1.6',
    evses: outlets.map(({ number, transaction }) => ({
      id: number,
      transaction: {
        // A transaction that has no id yet, and one only imagined, are nobody's: profiles for others do not count.
        id: String(transaction?.id ?? 'none'),
        startedMs: transaction?.startedMs ?? null
      }
    })),
    voltageV,
    phases: outlet?.phases ?? 3,
    gap: { kind: 'undefined' },
    offlineS: null
  }
}
