import { asksOf, type Plan, type Signal } from '@nova/shared-protocol/tariff'
import { change } from './change.ts'
import { append } from './hear-charger.ts'
import { instant, type Room } from './room.ts'
import { mostNoted } from './signal-book.ts'

/** The share of the grid connection that is in use, in percent: what the edge measures itself. */
const siteLoad = 'site-load'

/** A price is told to people: what is measured changes it once a minute at the most. */
const measuredEveryMs = 60_000

/** Once in a while: what has changed of what the plans in force ask for becomes a fact. */
export async function noteSignals(room: Room): Promise<void> {
  const { plans, signals = [] } = room.config.now.tariffs
  const names = new Set(plans.flatMap((plan) => asksOf(plan).signals))
  for (const name of names) {
    const value = name === siteLoad ? measured(room) : signals.find((each) => each.name === name)?.value
    if (value !== undefined) await note(room, name, value)
  }
}

const measured = ({ needs }: Room): string | undefined => {
  const percent = needs.siteLoadPercent()
  return percent === null ? undefined : String(Math.round(percent))
}

async function note(room: Room, name: string, value: string): Promise<void> {
  const notes = room.signals.notes(name)
  const last = notes.at(-1)
  const now = room.needs.now()
  if (last?.value === value) return
  if (name === siteLoad && last && now - Date.parse(last.at) < measuredEveryMs) return
  const at = instant(now)
  await change(room, () => append(room, `signal/${name}/${at}`, { kind: 'signal.noted.v1', name, at, value }))
  notes.push({ at, value })
  if (notes.length > mostNoted) notes.shift()
}

/** What held when the session began, and all that was noted until its end. */
export function signalsFor(
  room: Room,
  plan: Plan,
  { from, until }: { from: string; until: string }
): Signal[] {
  return asksOf(plan).signals.flatMap((name) => {
    const notes = room.signals.notes(name).filter(({ at }) => Date.parse(at) <= Date.parse(until))
    const begun = notes.findLastIndex(({ at }) => Date.parse(at) <= Date.parse(from))
    return notes.slice(Math.max(0, begun)).map((each) => ({ name, ...each }))
  })
}
