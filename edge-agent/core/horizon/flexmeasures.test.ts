import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { always, hours, member } from './problem.suite.ts'
import type { Commitment } from './problem.ts'
import { plainSolver } from './simplex.suite.ts'
import { solvePlan } from './solve.ts'

// Costs that FlexMeasures' own solver finds, read from where they lie.
const path = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`
const Cases = z.object({
  flexmeasures_commitments: z.object({
    cases: z.array(z.object({ commitments: z.string(), expect: z.string(), cost: z.number().optional() }))
  })
})

const count = 24
const slots = Array.from({ length: count }, (_, at) => at)

/** 1 MWh, 0.4 MWh in it, ±1 MW; one ampere is made to be one kilowatt. */
const battery = member({
  key: 'battery',
  wattsPerA: 1000,
  chargeA: 1000,
  dischargeA: 1000,
  energy: { lowWh: -400_000, highWh: 600_000 },
  valuePerKWh: 0
})

/** 100 + i/23 to buy and 90 + i/23 to sell, €/MWh. */
const dayAhead: Commitment = {
  per: 'slot',
  quantityW: always(count, 0),
  upPerKWh: slots.map((at) => (100 + at / 23) / 1000),
  downPerKWh: slots.map((at) => (90 + at / 23) / 1000)
}

const breach: Commitment = { per: 'once', quantityW: always(count, -100_000), upPerKW: 0, downPerKW: -1 }
const peak: Commitment = { per: 'once', quantityW: always(count, 0), upPerKW: 0.08, downPerKW: -0.08 }

const mine: readonly { readonly extra: readonly Commitment[]; readonly siteKw: readonly number[] }[] = [
  { extra: [], siteKw: slots.map((at) => (at === 23 ? -400 : 0)) },
  { extra: [breach], siteKw: slots.map((at) => (at >= 20 ? -100 : 0)) },
  { extra: [peak], siteKw: slots.map(() => -400 / 24) }
]

void test('commitments of energy, breach and peak cost what FlexMeasures finds', { skip }, async (t) => {
  const { cases } = Cases.parse(JSON.parse(readFileSync(path, 'utf8'))).flexmeasures_commitments
  t.equal(cases.length, mine.length)
  cases.forEach((each, at) => {
    const { extra = [], siteKw = [] } = mine[at] ?? {}
    const problem = hours(count, { members: [battery], commitments: [dayAhead, ...extra] })
    const outcome = solvePlan(problem, plainSolver())
    if (!outcome.ok) throw new Error(outcome.fault)
    const cost = each.cost ?? Number(/cost (-[\d.]+)/.exec(each.expect)?.[1])
    t.ok(
      Math.abs(outcome.plan.objective - cost) < 1e-9,
      `${each.commitments}: ${outcome.plan.objective} is ${cost}`
    )
    outcome.plan.slots.forEach(({ siteW }, slot) =>
      t.ok(Math.abs(siteW / 1000 - (siteKw[slot] ?? 0)) < 1e-6, `${each.expect}: hour ${slot} ${siteW} W`)
    )
  })
})
