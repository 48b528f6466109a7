import { epochMsOf } from '../units/index.ts'
import type { Plan, TariffDefault } from './plan.ts'

export type Choice = {
  readonly plans: readonly Plan[]
  readonly defaults: readonly TariffDefault[]
  readonly connector: string // Key of the connector, `{chargerId}:{evseId}:{connectorId}`.
  readonly named?: string | null | undefined // Tariff named in the call.
  readonly at: string // Start of the session, an RFC 3339 instant.
}

/** A plan with the rule that chose it. */
export type Chosen = { readonly plan: Plan; readonly because: 'named' | 'connector' | 'site' | 'fallback' }

/**
 * The plan of a session: the one named in the call, else the connector's, else the site's default by date and
 * priority, else the site's fallback rate. A tariff that has no version in force at `at` does not count.
 * @returns null when no price is known; such a session is metered and goes to a person, never to a guess
 */
export function choosePlan({ plans, defaults, connector, named, at }: Choice): Chosen | null {
  const now = epochMsOf(at)
  const best = (ids: readonly string[]) =>
    newest(plans.filter((plan) => ids.includes(plan.tariffId) && isInForce(plan, now)))
  const idsOf = (wanted: (each: TariffDefault) => boolean) =>
    defaults.filter(wanted).map(({ tariffId }) => tariffId)
  const steps = [
    ['named', () => (named ? best([named]) : undefined)],
    ['connector', () => best(idsOf((each) => each.connector === connector && !each.fallback))],
    ['site', () => best(idsOf((each) => each.connector === undefined && !each.fallback))],
    [
      'fallback',
      () =>
        lastResort(
          plans,
          idsOf((each) => each.fallback === true)
        )
    ]
  ] as const
  for (const [because, find] of steps) {
    const plan = find()
    if (plan) return { plan, because }
  }
  return null
}

/** The pinned version, as CDR and running cost need it; undefined when it is not among `plans`. */
export function pinnedPlan(
  plans: readonly Plan[],
  pin: { readonly tariffId: string; readonly version: number }
): Plan | undefined {
  return plans.find((plan) => plan.tariffId === pin.tariffId && plan.version === pin.version)
}

function isInForce(plan: Plan, now: number): boolean {
  return (
    (plan.validFrom === null || epochMsOf(plan.validFrom) <= now) &&
    (plan.validUntil === null || now < epochMsOf(plan.validUntil))
  )
}

/** Highest priority, then the version that came into force last, then the higher version. */
function newest(plans: readonly Plan[]): Plan | undefined {
  const from = (plan: Plan) =>
    plan.validFrom === null ? Number.NEGATIVE_INFINITY : epochMsOf(plan.validFrom)
  return plans.toSorted(
    (a, b) => b.priority - a.priority || compare(from(b), from(a)) || b.version - a.version || byId(a, b)
  )[0]
}

function lastResort(plans: readonly Plan[], ids: readonly string[]): Plan | undefined {
  return plans
    .filter((plan) => ids.includes(plan.tariffId))
    .toSorted((a, b) => b.version - a.version || byId(a, b))[0]
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
const byId = (a: Plan, b: Plan): number => (a.tariffId < b.tariffId ? -1 : a.tariffId > b.tariffId ? 1 : 0)
