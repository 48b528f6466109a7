import {
  judgeSession,
  rate,
  type Course,
  type MeterReading,
  type Plan,
  type Rated
} from '@nova/shared-protocol/tariff'

/** A session that may be billed, as charging knows it. */
export type Billable = {
  readonly sessionId: string
  readonly siteId: string
  readonly chargerId: string
  readonly connectorId: string
  readonly driverId: string | null
  readonly tokenUid: string | null
  readonly startedAt: string | null
  readonly stoppedAt?: string | null | undefined // Of the transaction, where the vehicle left later.
  readonly endedAt: string | null
  readonly energyWh: number | null
  readonly tariff: { readonly tariffId: string; readonly version: number } | null
  readonly readings: readonly MeterReading[]
  /** What rules may ask for beside the readings, as it was recorded. */
  readonly course?: Course | undefined
}

export type Bill =
  | {
      readonly ok: true
      readonly rated: Rated
      readonly startedAt: string
      readonly endedAt: string
      readonly readings: readonly MeterReading[]
      readonly course: Course | undefined
    }
  | {
      readonly ok: false
      readonly reason: 'no-energy-readings' | 'energy-mismatch' | 'rating-failed'
      readonly detail: string
    }

/**
 * Rates a session for its bill. A stated energy is spread evenly over the session; else the registers decide, and
 * they must say what the session says.
 */
export function bill(session: Billable, plan: Plan, statedEnergyWh: number | null): Bill {
  const endedAt = session.endedAt
  if (endedAt === null) return { ok: false, reason: 'no-energy-readings', detail: 'The session has no end.' }
  const startedAt = session.startedAt ?? endedAt
  const { readings, course } =
    statedEnergyWh === null ? session : stated(session, statedEnergyWh, [startedAt, endedAt])
  const span = isNoShow(session) ? {} : { startedAt, endedAt }
  const rated = attempt({ plan, timeZone: plan.timeZone, readings, ...span, course })
  if (typeof rated === 'string') return { ok: false, reason: 'rating-failed', detail: rated }
  if (rated.total.amountMinor < 0)
    return { ok: false, reason: 'rating-failed', detail: 'The prices make a total below zero.' }
  const energyWh = statedEnergyWh ?? session.energyWh
  if (rated.energyWh !== String(energyWh))
    return {
      ok: false,
      reason: 'energy-mismatch',
      detail: `The registers make ${rated.energyWh} Wh, the session says ${energyWh} Wh.`
    }
  return { ok: true, rated, startedAt, endedAt, readings, course }
}

/**
 * Registers that go up, and that no vehicle takes all the same: a begin of 0 against an end of 910 kWh is a begin
 * that was lost, and a fast charger's power does not give it away. Rules are judged where they are rated.
 * @returns why it is not billed
 */
export function unbelievable({ course, readings, startedAt, endedAt }: Billable): string | undefined {
  const { review } = judgeSession({ ...course, readings, startedAt, endedAt })
  const found = review.find((reason) => reason === 'begin-at-zero' || reason === 'impossible-power')
  return found && `not to be billed: ${found}`
}

/** A reservation that nobody came for has its time, but no session of it. */
const isNoShow = ({ course }: Billable): boolean => course?.reservation?.outcome === 'expired'

/** What a person states needs no register to believe it, now and when the bill is corrected. */
function stated(
  { course, stoppedAt }: Billable,
  energyWh: number,
  [from, until]: readonly [string, string]
): Pick<Billable, 'readings' | 'course'> {
  const readings = [
    { at: from, registerWh: 0 },
    { at: stoppedAt ?? until, registerWh: energyWh }
  ]
  return { readings, course: { ...course, meter: { ...course?.meter, stated: true } } }
}

function attempt(ratable: Parameters<typeof rate>[0]): Rated | string {
  try {
    return rate(ratable)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}
