import { phasesOf } from '@nova/shared-protocol/model'
import type { Part, Placed, PowerRange } from '../core/schedule/index.ts'
import { rangeFor } from '../core/schedule/index.ts'
import type { ParticipantSetPoint } from '../drivers/contract.ts'
import type { Needs } from './needs.ts'

type Driver = Needs['drivers'][number]

/** A set-point without its lease: what is wanted, whatever the timer says. */
export type Point =
  | { readonly kind: 'power'; readonly powerW: number }
  | { readonly kind: 'limits'; readonly importW: number | null; readonly exportW: number | null }

type Sent = { readonly range: PowerRange; readonly untilMs: number }

/** All that is remembered of one device from second to second. */
export type Device = {
  readonly driver: Driver
  confirmed: Sent | null
  sent: readonly Sent[] // On their way, or answered by nothing: they may have arrived all the same.
  told: { readonly point: Point; readonly atMs: number; readonly because: string } | null
  busy: boolean
  heard: boolean // At the last look.
  failures: number
  tryAgainAtMs: number
  shown: readonly { readonly totalW: number; readonly atMs: number }[] // Of the last seconds.
  allowed: readonly { readonly range: PowerRange; readonly atMs: number }[]
  conduct: { readonly strays: boolean; readonly sinceMs: number; readonly ignores: boolean }
  known: { readonly from: From; readonly part: Part } | null
  placed: { readonly part: Part; readonly placed: Placed } | null
}

export const deviceOf = (driver: Driver): Device => ({
  driver,
  confirmed: null,
  sent: [],
  told: null,
  busy: false,
  heard: false,
  failures: 0,
  tryAgainAtMs: 0,
  shown: [],
  allowed: [],
  conduct: { strays: false, sinceMs: -Infinity, ignores: false },
  known: null,
  placed: null
})

/**
 * The device as the pure core sees it. One that does not follow has confirmed nothing: it counts with its rating. The same
 * one until something about it has changed: it is asked for many times a second.
 */
export function partOf(device: Device): Part {
  const { driver, confirmed, sent, known } = device
  const { ignores } = device.conduct
  const abilities = driver.abilities()
  const latest = driver.latest()
  if (
    known !== null &&
    known.from.latest === latest &&
    known.from.confirmed === confirmed &&
    known.from.sent === sent &&
    known.from.ignores === ignores &&
    known.from.abilities === abilities
  )
    return known.part
  const from = { abilities, latest, confirmed, sent, ignores }
  const part = partFrom(driver.participant, from)
  device.known = { from, part }
  return part
}

type From = {
  readonly abilities: ReturnType<Driver['abilities']>
  readonly latest: ReturnType<Driver['latest']>
  readonly confirmed: Sent | null
  readonly sent: readonly Sent[]
  readonly ignores: boolean
}

function partFrom(
  { rating, kind, id, capacityWh, minSocPercent }: Driver['participant'],
  { abilities, latest, confirmed, sent, ignores }: From
): Part {
  // Without a timer it holds on to its last word for ever.
  const fallback = (abilities?.reversion === null ? confirmed?.range : abilities?.afterReversion) ?? rating
  return {
    id,
    kind,
    rating,
    capacityWh,
    reservePercent: minSocPercent,
    reading: latest && {
      totalW: latest.reading.totalW,
      socPercent: latest.reading.socPercent,
      available: latest.reading.available,
      atMs: latest.takenAtMs
    },
    confirmed: ignores ? null : confirmed,
    sent: sent.map(({ range }) => range),
    fallback
  }
}

/** The same where it hangs in the tree; the same one for as long as the part is. */
export function placedPart(device: Device): Placed {
  const part = partOf(device)
  if (device.placed?.part === part) return device.placed.placed
  const { circuit, phaseRotation } = device.driver.participant
  // Who does not follow is a load like any other: the rest make room for what he feeds in.
  const steered = !device.conduct.ignores && (device.driver.abilities()?.follows ?? []).length > 0
  const placed = { ...part, circuit, phases: phasesOf(phaseRotation), steered }
  device.placed = { part, placed }
  return placed
}

export const rangeOfPoint = (device: Device, point: Point): PowerRange =>
  rangeFor(point, device.driver.participant.rating)

export const withLease = (point: Point, reversionS: number): ParticipantSetPoint => ({ ...point, reversionS })
