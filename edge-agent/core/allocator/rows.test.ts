import fc from 'fast-check'
import { test } from 'tap'
import { effectiveLimit } from './limits.ts'
import { networkOf } from './rows.ts'
import { now, site } from './site.suite.ts'
import { treeOf } from './tree.ts'

const sites = [40, 63].map((limitA) =>
  site({ limitA, circuits: [{ id: 'feeder-1', limitA: 32 }], chargers: [{ id: 'A', circuit: 'feeder-1' }] })
)
const trees = sites.map(treeOf)

void test('rows that are kept with a limit are those that would be made anew', async (t) => {
  const asked = fc.record({
    site: fc.nat(1),
    limitW: fc.nat(2),
    tree: fc.nat(1),
    voltageV: fc.constantFrom(230, 231, 253)
  })
  const limitOf = (at: number, watts: number) =>
    effectiveLimit(
      sites[at] ?? site({ chargers: [] }),
      watts === 0 ? [] : [{ source: 'event', limitW: watts * 4_200, reason: 'grid operator' }],
      now
    )
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 20 }), (questions) => {
      const limits = new Map<string, ReturnType<typeof limitOf>>()
      for (const { site: at, limitW, tree, voltageV } of questions) {
        const key = `${at} ${limitW}`
        const limit = limits.get(key) ?? limitOf(at, limitW)
        limits.set(key, limit)
        const of = trees[tree] ?? treeOf(site({ chargers: [] }))
        t.strictSame(networkOf(of, limit, voltageV), networkOf(of, { ...limit }, voltageV))
      }
    })
  )
})

void test('the same limit, wiring and voltage cost nothing the second time', async (t) => {
  const limit = effectiveLimit(site({ chargers: [] }), [], now)
  const [tree] = trees
  if (tree === undefined) throw new Error('no tree')
  t.equal(networkOf(tree, limit, 230), networkOf(tree, limit, 230))
  t.not(networkOf(tree, limit, 230), networkOf(tree, limit, 231))
})
