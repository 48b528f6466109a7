import type { SiteLimit } from '@nova/shared-protocol/model'
import { epochMsOf } from '@nova/shared-protocol/units'

/** Why a limit is not taken: a name for programs, a sentence for people. */
export type Refusal = { readonly name: RefusalName; readonly detail: string }

export type RefusalName =
  | 'limit-for-another-site'
  | 'limit-not-a-number'
  | 'limit-negative'
  | 'limit-absurd'
  | 'limit-says-nothing'
  | 'limit-without-event'
  | 'limit-reversed'
  | 'limit-in-the-past'
  | 'limit-version-old'
  | 'limit-too-many'

/** For whom limits are judged: the site and what its connection carries. */
export type Judged = {
  readonly siteId: string
  readonly limitA: readonly [number, number, number]
  readonly voltageV: number
}

const absurdTimes = 10 // Ten times the wiring is no generous limit, it is a mistake of units.

/**
 * Looks at the sense of one limit as it was sent. What is refused never means "no limit": what held before holds on.
 * @param nowMs Unix milliseconds; a limit that is over by then is refused, one that ends later is not
 */
export function judgeLimit(limit: SiteLimit, site: Judged, nowMs: number): Refusal | null {
  for (const look of looks) {
    const refusal = look(limit, site, nowMs)
    if (refusal !== null) return refusal
  }
  return null
}

type Look = (limit: SiteLimit, site: Judged, nowMs: number) => Refusal | null

const looks: readonly Look[] = [anotherSite, values, absurd, saysNothing, reversed, past]

function anotherSite({ siteId }: SiteLimit, site: Judged): Refusal | null {
  if (siteId === undefined || siteId === site.siteId) return null
  return { name: 'limit-for-another-site', detail: `it is for site ${siteId}, this is ${site.siteId}` }
}

function values({ limitW, limitA, exportLimitW }: SiteLimit): Refusal | null {
  const said = [
    ...(limitW === undefined ? [] : [{ field: 'limitW', value: limitW }]),
    ...(exportLimitW === undefined ? [] : [{ field: 'exportLimitW', value: exportLimitW }]),
    ...(limitA ?? []).map((value) => ({ field: 'limitA', value }))
  ]
  const odd = said.find(({ value }) => !Number.isFinite(value))
  if (odd !== undefined)
    return { name: 'limit-not-a-number', detail: `${odd.field}: ${odd.value} is no number` }
  const below = said.find(({ value }) => value < 0)
  return below === undefined
    ? null
    : { name: 'limit-negative', detail: `${below.field}: ${below.value} is below 0` }
}

function absurd({ limitW, limitA, exportLimitW }: SiteLimit, site: Judged): Refusal | null {
  const [l1, l2, l3] = site.limitA
  const wiringW = (l1 + l2 + l3) * site.voltageV
  const most = Math.max(limitW ?? 0, exportLimitW ?? 0)
  if (most > absurdTimes * wiringW) return tooMuch(`${most} W`, `${Math.round(wiringW)} W`)
  const wiringA = Math.max(l1, l2, l3)
  const amps = Math.max(0, ...(limitA ?? []))
  return amps > absurdTimes * wiringA ? tooMuch(`${amps} A`, `${wiringA} A`) : null
}

const tooMuch = (said: string, carried: string): Refusal => ({
  name: 'limit-absurd',
  detail: `${said} is more than ten times the ${carried} that the connection carries; are the units right?`
})

function saysNothing({ limitW, limitA, exportLimitW, cancelled, eventId }: SiteLimit): Refusal | null {
  if (cancelled === true) {
    const detail = 'only an event can be cancelled; delete the limit of this source'
    return eventId === undefined ? { name: 'limit-without-event', detail } : null
  }
  const isSilent = [limitW, limitA, exportLimitW].every((each) => each === undefined)
  return isSilent
    ? { name: 'limit-says-nothing', detail: 'limitW or limitA is needed, or exportLimitW' }
    : null
}

function reversed({ from, until, randomiseStartS = 0 }: SiteLimit): Refusal | null {
  if (until === undefined || from === undefined) return null
  const lastsMs = millisecondsOf(until) - millisecondsOf(from)
  if (lastsMs <= 0) return { name: 'limit-reversed', detail: `until ${until} is not after from ${from}` }
  if (randomiseStartS * 1000 < lastsMs) return null
  const detail = `a start up to ${randomiseStartS} s later may lie after its end`
  return { name: 'limit-reversed', detail }
}

function past({ until, cancelled }: SiteLimit, _site: Judged, nowMs: number): Refusal | null {
  if (until === undefined || cancelled === true || millisecondsOf(until) > nowMs) return null
  return { name: 'limit-in-the-past', detail: `it was over at ${until}` }
}

export const millisecondsOf = (instant: string): number => epochMsOf(instant)
