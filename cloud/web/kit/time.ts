import { unknown } from './format.ts'
import type { Language } from './words/language.ts'

const locales: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }
const formats = new Map<string, Intl.DateTimeFormat>()

export type TimeForm = 'minute' | 'second' | 'date' | 'day' | 'full' | 'short'

const forms: Record<TimeForm, Intl.DateTimeFormatOptions> = {
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date: { month: 'short', day: 'numeric' },
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  short: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23'
  }
}

function dateFormat(language: Language, form: TimeForm, zone: string | undefined): Intl.DateTimeFormat {
  const key = `${language} ${form} ${zone ?? ''}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locales[language], {
    ...forms[form],
    ...(zone === undefined ? {} : { timeZone: zone })
  })
  formats.set(key, made)
  return made
}

export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** An instant on the wall clock of `zone` (the site's); without a zone on the viewer's. */
export function formatTime(
  instant: string | number | null | undefined,
  form: TimeForm,
  language: Language,
  zone?: string
): string {
  if (instant === null || instant === undefined) return unknown
  const at = new Date(instant)
  return Number.isNaN(at.getTime()) ? unknown : dateFormat(language, form, zone).format(at)
}

const instantPattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** A text of the edge or the cloud with the instants in it said as a person reads them. */
export const timesIn = (text: string, language: Language, zone?: string): string =>
  text.replaceAll(instantPattern, (instant) => formatTime(instant, 'full', language, zone))

/** The zone's name where the site's wall clock differs from the viewer's now, else empty. */
export function zoneNote(zone: string | undefined, at: number, viewer = viewerZone()): string {
  if (zone === undefined || zone === viewer) return ''
  const wall = (each: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: each, dateStyle: 'short', timeStyle: 'short' }).format(at)
  return wall(zone) === wall(viewer) ? '' : zone.replaceAll('_', ' ')
}

const words = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', gap: ' ' },
  zh: { day: ' 天', hour: ' 小时', minute: ' 分', second: ' 秒', gap: ' ' }
} as const

/** "45 s", "12 min", "1 h 05 min", "2 d 3 h": two units at the most. */
export function formatDuration(milliseconds: number | null | undefined, language: Language): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return unknown
  const { day, hour, minute, second, gap } = words[language]
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds}${second}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}${minute}`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}${hour}${gap}${String(minutes % 60).padStart(2, '0')}${minute}`
  return `${Math.floor(hours / 24)}${day}${gap}${hours % 24}${hour}`
}

/** Minutes after midnight on the wall clock of `zone`: where "now" is in a day's picture of prices. */
export function minuteOfDay(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).formatToParts(at)
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return read('hour') * 60 + read('minute')
}

/** Weekday on the wall clock of `zone`, 1 = Monday. */
export function weekdayOf(at: number, zone: string): number {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(at)
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(name) + 1
}

/** Milliseconds between two instants; an open end counts to `now`. */
export const lengthMs = (from: string, until: string | null | undefined, now: number): number =>
  (until === null || until === undefined ? now : Date.parse(until)) - Date.parse(from)

/**
 * The instant at which clocks in `zone` show `wall` ("2026-11-21T19:00"); null for what is no such text. Of an hour that
 * comes twice the first; an hour that is left out counts on from the one before.
 */
export function wallInstant(wall: string, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(wall)) return null
  const asUtc = Date.parse(`${wall}Z`)
  if (Number.isNaN(asUtc)) return null
  const before = asUtc - offsetMs(asUtc - dayMs, zone)
  const after = asUtc - offsetMs(asUtc + dayMs, zone)
  return before + offsetMs(before, zone) === asUtc
    ? before
    : after + offsetMs(after, zone) === asUtc
      ? after
      : before
}

const dayMs = 86_400_000

/** How far the wall clock of `zone` is before UTC at an instant. */
function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium'
  }).formatToParts(at)
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? '0'
  const shown = `${read('year')}-${read('month')}-${read('day')}T${read('hour')}:${read('minute')}:${read('second')}Z`
  return Date.parse(shown) - Math.floor(at / 1000) * 1000
}
