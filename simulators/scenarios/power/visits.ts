import { existsSync, readFileSync } from 'node:fs'
import type { Chance } from '../../world/chance.ts'

/** One car's stay: seconds of the day, and what it wants. */
export type Visit = { readonly fromS: number; readonly toS: number; readonly energyWh: number }

// 954 sessions of March 2019 at Caltech (Lee, Li, Low, "ACN-Data", e-Energy 2019).
const vectors = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'
const recorded = `${vectors}/acn/caltech_2019-03_sessions.csv`
const periodS = 300
const dayS = 86_400
const shortestS = 900

/** Real ones, or `generated` with the same marginals where the record is missing. */
export type Visitors = { readonly kind: 'recorded' | 'generated'; visits(chance: Chance): readonly Visit[] }

/** Where a charger's day comes from: that of one or two stations on real days, one after the other. */
export function visitorsFrom(file = recorded): Visitors {
  if (!existsSync(file)) return { kind: 'generated', visits: generated }
  const days = daysOf(readFileSync(file, 'utf8'))
  return {
    kind: 'recorded',
    visits: (chance) => apart([...chance.pick(days), ...chance.pick(days), ...chance.pick(days)])
  }
}

const settledS = 120 // A short run begins with chargers that have been there for a while: cars come after.

/** The same stays for a run that begins at this second of the day. */
export const laterThan = (fromS: number, visits: readonly Visit[]): readonly Visit[] =>
  fromS === 0
    ? visits
    : visits.flatMap((visit) =>
        visit.toS - fromS <= settledS
          ? []
          : [{ ...visit, fromS: Math.max(settledS, visit.fromS - fromS), toS: visit.toS - fromS }]
      )

/** By station and day, in the order of the file. */
function daysOf(text: string): readonly [readonly Visit[], ...(readonly Visit[])[]] {
  const days = new Map<string, Visit[]>()
  for (const line of text.trim().split('\n').slice(1)) {
    const [arrival, departure, station = '', kWh] = line.split(',')
    const [fromAllS, toAllS] = [Number(arrival) * periodS, Number(departure) * periodS]
    const day = Math.floor(fromAllS / dayS)
    const fromS = fromAllS - day * dayS
    const toS = Math.max(fromS + shortestS, toAllS - day * dayS)
    const energyWh = Number(kWh) * 1000
    if (!Number.isFinite(fromS + toS + energyWh)) throw new Error(`a session that cannot be read: ${line}`)
    const key = `${day} ${station}`
    days.set(key, [...(days.get(key) ?? []), { fromS, toS, energyWh }])
  }
  const [first, ...rest] = days.values()
  if (first === undefined) throw new Error('no sessions in the record')
  return [first, ...rest]
}

/** Cars do not stand in each other: who finds the place taken does not come. */
function apart(visits: readonly Visit[]): Visit[] {
  const sorted = visits.toSorted((a, b) => a.fromS - b.fromS)
  const kept: Visit[] = []
  for (const visit of sorted) if (visit.fromS >= (kept.at(-1)?.toS ?? 0) + 60) kept.push(visit)
  return kept
}

/** The record's own marginals: come at 7 to 20 o'clock, stay 1 to 10 hours, want 1 to 19 kWh. */
function generated(chance: Chance): Visit[] {
  return apart(
    Array.from({ length: chance.between(1, 4) }, () => {
      const fromS = chance.between(5, 20) * 3600 + chance.between(0, 3599)
      const toS = fromS + chance.between(shortestS, 10 * 3600)
      return { fromS, toS, energyWh: chance.between(1_000, 19_000) }
    })
  )
}
