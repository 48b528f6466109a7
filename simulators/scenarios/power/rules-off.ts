import { runDay } from './day.ts'
import { rules, type Rule } from './sabotage.ts'
import { foul, mixed, type Tempers } from './temper.ts'

/** What `npm run faults -- power` prints of its own judge; `value` 0: each rule that was off was noticed. */
export type JudgeFigure = {
  readonly name: 'faults.power.judge'
  readonly value: number
  readonly unit: 'rules off that nobody noticed'
  readonly limit: 0
  readonly seed: number
  readonly rules: number
  readonly found: Readonly<Record<string, string>> // With which seed, and how much was too much.
}

const seconds = 3600
const fromS = 9 * 3600 // Cars and sun are there.

// On a site that does as it is told nothing but the missing rule is to be seen.
const chargers: Partial<Record<Rule, Tempers>> = {
  'liars stopped': ['ignoring', 'obedient'],
  'other times counted': ['obedient'],
  'cloud silence obeyed': ['obedient']
}

/** Wh above a limit on a part of this day, with the rule off or on. */
export async function withRule(rule: Rule, isOn: boolean, seed: number): Promise<number> {
  const { verdict } = await runDay({
    seed,
    seconds,
    fromS,
    tempers: chargers[rule] ?? mixed,
    weather: foul,
    meterFaults: false,
    clockJumps: true,
    parts: true,
    ...(isOn ? {} : { rule })
  })
  return verdict.overWh + verdict.exportOverWh
}

/** Switches one rule off after the other, for as many days as it takes until somebody notices. */
export async function switchOff(seed: number, daysAtMost: number): Promise<JudgeFigure> {
  const found: Record<string, string> = {}
  const names = Object.keys(rules) as Rule[]
  for (const rule of names) {
    const seen = await noticed(rule, seed, daysAtMost)
    if (seen !== null) found[rule] = seen
  }
  const value = names.length - Object.keys(found).length
  const unit = 'rules off that nobody noticed'
  return { name: 'faults.power.judge', value, unit, limit: 0, seed, rules: names.length, found }
}

async function noticed(rule: Rule, seed: number, daysAtMost: number): Promise<string | null> {
  for (let day = 0; day < daysAtMost; day++) {
    const wh = await withRule(rule, false, seed + day)
    if (wh > 0) return `seed ${seed + day}, ${wh.toFixed(1)} Wh`
  }
  return null
}
