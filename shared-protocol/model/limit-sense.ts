import { z } from 'zod'
import { epochMsOf } from '../units/index.ts'
import type { SiteLimit } from './limit.ts'

/** Why a limit is not taken: a name for programs, a sentence for people. */
export type LimitRefusal = { readonly name: LimitRefusalName; readonly detail: string }

export const LimitRefusalName = z.enum([
  'limit-for-another-site',
  'limit-malformed', // Of no form: a word for a number, two phases.
  'limit-not-a-number',
  'limit-negative',
  'limit-absurd',
  'limit-says-nothing',
  'limit-without-event',
  'limit-reversed',
  'limit-in-the-past',
  'limit-version-old',
  'limit-too-many'
])
export type LimitRefusalName = z.infer<typeof LimitRefusalName>

/** For whom limits are judged: the site and what its connection carries. */
export type JudgedSite = {
  readonly siteId: string
  readonly limitA: readonly [number, number, number]
  readonly voltageV: number
}

const absurdTimes = 10 // Ten times the wiring is no generous limit, it is a mistake of units.

/**
 * Looks at the sense of one limit as it was sent. What is refused never means "no limit": what held before holds on.
 * @param nowMs Unix milliseconds; a limit that is over by then is refused, one that ends later is not
 */
export function judgeLimit(limit: SiteLimit, site: JudgedSite, nowMs: number): LimitRefusal | null {
  for (const look of looks) {
    const refusal = look(limit, site, nowMs)
    if (refusal !== null) return refusal
  }
  return null
}

type Look = (limit: SiteLimit, site: JudgedSite, nowMs: number) => LimitRefusal | null

const looks: readonly Look[] = [anotherSite, values, absurd, saysNothing, reversed, past]

function anotherSite({ siteId }: SiteLimit, site: JudgedSite): LimitRefusal | null {
  if (siteId === undefined || siteId === site.siteId) return null
  return { name: 'limit-for-another-site', detail: `it is for site ${siteId}, this is ${site.siteId}` }
}

function values({ limitW, limitA, exportLimitW }: SiteLimit): LimitRefusal | null {
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

function absurd({ limitW, limitA, exportLimitW }: SiteLimit, site: JudgedSite): LimitRefusal | null {
  const [l1, l2, l3] = site.limitA
  const wiringW = (l1 + l2 + l3) * site.voltageV
  const most = Math.max(limitW ?? 0, exportLimitW ?? 0)
  if (most > absurdTimes * wiringW) return tooMuch(`${most} W`, `${Math.round(wiringW)} W`)
  const wiringA = Math.max(l1, l2, l3)
  const amps = Math.max(0, ...(limitA ?? []))
  return amps > absurdTimes * wiringA ? tooMuch(`${amps} A`, `${wiringA} A`) : null
}

const tooMuch = (said: string, carried: string): LimitRefusal => ({
  name: 'limit-absurd',
  detail: `${said} is more than ten times the ${carried} that the connection carries; are the units right?`
})

function saysNothing({ limitW, limitA, exportLimitW, cancelled, eventId }: SiteLimit): LimitRefusal | null {
  if (cancelled === true) {
    const detail = 'only an event can be cancelled; delete the limit of this source'
    return eventId === undefined ? { name: 'limit-without-event', detail } : null
  }
  const isSilent = [limitW, limitA, exportLimitW].every((each) => each === undefined)
  return isSilent
    ? { name: 'limit-says-nothing', detail: 'limitW or limitA is needed, or exportLimitW' }
    : null
}

function reversed({ from, until, randomiseStartS = 0 }: SiteLimit): LimitRefusal | null {
  if (until === undefined || from === undefined) return null
  const lastsMs = epochMsOf(until) - epochMsOf(from)
  if (lastsMs <= 0) return { name: 'limit-reversed', detail: `until ${until} is not after from ${from}` }
  if (randomiseStartS * 1000 < lastsMs) return null
  const detail = `a start up to ${randomiseStartS} s later may lie after its end`
  return { name: 'limit-reversed', detail }
}

function past({ until, cancelled }: SiteLimit, _site: JudgedSite, nowMs: number): LimitRefusal | null {
  if (until === undefined || cancelled === true || epochMsOf(until) > nowMs) return null
  return { name: 'limit-in-the-past', detail: `it was over at ${until}` }
}

/**
 * The versions of one event: an older one, or other words under a version already heard, are refused; the same again
 * is not. @param known the newest version heard of the same event; undefined: none
 */
export function judgeVersion(limit: SiteLimit, known: SiteLimit | undefined): LimitRefusal | null {
  if (known === undefined || versionOf(known) < versionOf(limit) || sameLimit(known, limit)) return null
  const detail = `version ${versionOf(limit)} of ${limit.eventId} came after version ${versionOf(known)}`
  return { name: 'limit-version-old', detail }
}

export const versionOf = ({ version = 0 }: SiteLimit): number => version

/** Whatever the order of fields: the same words. */
export function sameLimit(left: SiteLimit, right: SiteLimit): boolean {
  const text = (limit: SiteLimit) =>
    JSON.stringify(Object.entries(limit).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return text(left) === text(right)
}

/** How the refusal of a limit is answered over HTTP: malformed for everyone, against what is there, or not for this site now. */
export function refusalStatus(name: LimitRefusalName): 400 | 409 | 422 {
  if (name === 'limit-version-old' || name === 'limit-too-many') return 409
  return malformed.has(name) ? 400 : 422
}

const malformed: ReadonlySet<LimitRefusalName> = new Set([
  'limit-malformed',
  'limit-not-a-number',
  'limit-negative',
  'limit-says-nothing',
  'limit-without-event'
])
