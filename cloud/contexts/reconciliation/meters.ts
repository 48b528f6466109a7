import type { BreakClass } from './events.ts'
import type { Break } from './model.ts'

/** A session as the bill and the edge's own registers know it; the third book. */
export type Metered = {
  readonly sessionId: string
  readonly siteId: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly registerStartWh: number | null
  readonly registerStopWh: number | null
  readonly billedWh: string // Decimal text of the CDR.
  readonly isStated: boolean // A person has stated the energy: the registers were not to be trusted.
  readonly currency: string
  readonly totalMinor: number
  readonly takenMinor: number // Captured less refunded, as our own payments say.
  readonly captures: number
  readonly ratingW: number | null
  readonly signing: 'none' | 'proven' | 'missing' // `none`: the meter signs nothing.
  readonly provenWh: string | null
}

/** All that was sold at a site in a day against all that its meters saw. */
export type SiteBalance = {
  readonly siteId: string
  readonly soldWh: number
  readonly metersWh: number | null // null: the meters have gaps that day.
}

// A register shows whole watt-hours at either end, and a record of a signing meter may have its own resolution.
const meterStepMilliWh = 1_000n
const proofStepMilliWh = 10_000n
const powerMarginPercent = 110n // Ratings are nominal; a connector at its limit shows a few percent more.
const mostPowerW = 4_000_000 // Beyond the largest megawatt connector.
const shortestMs = 1_000
const balanceMarginPercent = 102n // Two meters of class 1.
const balanceMarginWh = 1_000n

/** Milli-watt-hours of a decimal text, exactly; what a meter cannot resolve is cut. */
export function milliWh(text: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  const size = BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`)
  return sign === '-' ? -size : size
}

/** What is wrong with a billed session, by the meter: the gravest thing alone, for the others follow from it. */
export function compareMeter(session: Metered): Break | undefined {
  const found = rules.find(([, isBroken]) => isBroken(session))
  if (!found) return undefined
  const [broken, , detail] = found
  return {
    key: `${broken}/session/${session.sessionId}`,
    class: broken,
    provider: null,
    reference: null,
    paymentId: null,
    sessionId: session.sessionId,
    siteId: session.siteId,
    currency: session.currency,
    differenceMinor:
      broken === 'duplicate' || broken === 'amount' ? session.takenMinor - session.totalMinor : 0,
    detail: detail(session),
    evidence: { ours: billOf(session), meter: meterOf(session) }
  }
}

const billOf = ({ billedWh, totalMinor, takenMinor, currency, isStated }: Metered): object => ({
  billedWh,
  totalMinor,
  takenMinor,
  currency,
  isStated
})
const meterOf = ({
  startedAt,
  endedAt,
  registerStartWh,
  registerStopWh,
  signing,
  provenWh
}: Metered): object => ({
  startedAt,
  endedAt,
  registerStartWh,
  registerStopWh,
  signing,
  provenWh
})

type Rule = readonly [BreakClass, (session: Metered) => boolean, (session: Metered) => string]

const rules: readonly Rule[] = [
  ['negative', isNegative, ({ billedWh, totalMinor }) => `${billedWh} Wh for ${totalMinor} are billed.`],
  ['no-end', ({ endedAt }) => endedAt === null, () => 'It is billed, and no charger has told its end.'],
  [
    'impossible-power',
    isImpossible,
    ({ billedWh, startedAt, endedAt, ratingW }) =>
      `${billedWh} Wh between ${startedAt} and ${endedAt} at a connector of ${ratingW ?? 'unknown'} W.`
  ],
  [
    'no-meter-proof',
    hasNoProof,
    ({ signing }) => (signing === 'missing' ? 'No signed record proves it.' : 'No register proves it.')
  ],
  ['energy', differsFromMeter, ({ billedWh }) => `${billedWh} Wh are billed, the meter says otherwise.`],
  ['duplicate', (session) => isOvercharged(session) && session.captures > 1, (session) => taken(session)],
  ['amount', isOvercharged, (session) => taken(session)]
]

const taken = ({ takenMinor, totalMinor, captures }: Metered): string =>
  `${takenMinor} are taken in ${captures} payments for a bill of ${totalMinor}.`

function isNegative({ billedWh, totalMinor, registerStartWh, registerStopWh }: Metered): boolean {
  const runsBack = registerStartWh !== null && registerStopWh !== null && registerStopWh < registerStartWh
  return milliWh(billedWh) < 0n || totalMinor < 0 || runsBack
}

function isImpossible({ billedWh, startedAt, endedAt, ratingW }: Metered): boolean {
  if (startedAt === null || endedAt === null) return false
  const ms = Math.max(shortestMs, Date.parse(endedAt) - Date.parse(startedAt))
  // E in mWh over t in ms is 3,600 W; no division, so nothing is rounded away.
  return milliWh(billedWh) * 3_600n * 100n > BigInt(ratingW ?? mostPowerW) * powerMarginPercent * BigInt(ms)
}

/** A bill by a person's word needs no register, but a meter that signs leaves a proof or a doubt. */
function hasNoProof(session: Metered): boolean {
  const { isStated, registerStartWh, registerStopWh, signing, billedWh } = session
  if (isStated || milliWh(billedWh) === 0n) return false
  return signing === 'missing' || registerStartWh === null || registerStopWh === null
}

function differsFromMeter(session: Metered): boolean {
  const { registerStartWh, registerStopWh, billedWh, provenWh, isStated } = session
  if (isStated || registerStartWh === null || registerStopWh === null) return false
  const billed = milliWh(billedWh)
  const metered = BigInt(registerStopWh - registerStartWh) * 1_000n
  if (isApart(billed, metered, meterStepMilliWh)) return true
  return provenWh !== null && isApart(billed, milliWh(provenWh), proofStepMilliWh)
}

const isApart = (left: bigint, right: bigint, step: bigint): boolean =>
  (left > right ? left - right : right - left) > step

function isOvercharged({ takenMinor, totalMinor }: Metered): boolean {
  return takenMinor > totalMinor
}

/** More sold than came in; batteries and PV have meters of their own, so whatever came in is among them. */
export function compareBalance({ siteId, soldWh, metersWh }: SiteBalance, date: string): Break | undefined {
  if (
    metersWh === null ||
    BigInt(soldWh) * 100n <= BigInt(metersWh) * balanceMarginPercent + balanceMarginWh * 100n
  )
    return undefined
  return {
    key: `site-balance/${siteId}/${date}`,
    class: 'site-balance',
    provider: null,
    reference: null,
    paymentId: null,
    sessionId: null,
    siteId,
    currency: null,
    differenceMinor: 0,
    detail: `${soldWh} Wh were sold, the meters of the site saw ${metersWh} Wh.`,
    evidence: { ours: { soldWh }, meter: { metersWh } }
  }
}
