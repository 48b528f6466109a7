import { test } from 'tap'
import type { Rule } from './sabotage.ts'
import { rules } from './sabotage.ts'
import { withRule } from './rules-off.ts'

const patience = { timeout: 600_000 } // Seconds of work on an idle machine; the suite shares two cores.

const seeds: Record<Rule, number> = {
  'limits obeyed': 701,
  'cloud silence obeyed': 706,
  'other times counted': 706,
  'liars stopped': 701,
  'meter watched': 701,
  'readings heard': 704,
  'fallbacks lowered': 700,
  'feed-in limited': 700
}

for (const [rule, seed] of Object.entries(seeds) as [Rule, number][])
  void test(`the judge notices that a rule is off: ${rules[rule]}`, patience, async (t) => {
    t.ok((await withRule(rule, false, seed)) > 1, 'more than a Wh')
  })

// The same days; where two rules share one, it is looked at once.
const onePerDay: Rule[] = [
  'limits obeyed',
  'cloud silence obeyed',
  'liars stopped',
  'readings heard',
  'fallbacks lowered'
]

for (const rule of onePerDay)
  void test(`seed ${seeds[rule]}, with all rules on, has nothing to notice`, patience, async (t) => {
    t.equal(await withRule(rule, true, seeds[rule]), 0)
  })
