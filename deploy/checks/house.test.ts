import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { drawing, withPlan } from './drawing.ts'
import { emptyNames, proportions, readmeFaults } from './habits.ts'
import { breaches, cycles } from './law.ts'
import { fallenBelow, ratiosOf, type Ratios } from './ratios.ts'
import { readHouse } from './reader.ts'

const root = path.join(import.meta.dirname, '..', '..')
const house = readHouse(root)
const record = JSON.parse(readFileSync(path.join(import.meta.dirname, 'ratios.json'), 'utf8')) as Ratios

// Workspaces that hold no code yet; a name leaves this list with its first file.
const empty = new Set(['firmware-bridge'])

void test('the reader saw the whole house', async (t) => {
  for (const workspace of house.workspaces.filter((name) => !empty.has(name))) {
    t.ok(
      [...house.files.keys()].some((file) => file.startsWith(`${workspace}/`)),
      `files of ${workspace}`
    )
    t.ok(
      house.arrows.some(({ from }) => from.startsWith(`${workspace}/`)),
      `arrows of ${workspace}`
    )
  }
  t.ok(house.arrows.length > 2 * house.files.size, 'more than two arrows a file: the reader is not blind')
})

void test('every import keeps to the rooms', async (t) => t.equal(breaches(house).join('\n'), ''))

void test('no cycles, not even by types', async (t) => t.equal(cycles(house).join('\n'), ''))

void test('names are those of people on site', async (t) => t.equal(emptyNames(house).join('\n'), ''))

void test('each folder says in ten lines what it is', async (t) =>
  t.equal(readmeFaults(root, house).join('\n'), ''))

void test('the plan in the README is the plan of the house', async (t) => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
  t.equal(readme, withPlan(readme, drawing(house)), 'stale: run npm run plan')
})

void test('no room has fewer tests to its code than it had', async (t) => {
  const now = ratiosOf(house)
  t.ok(Object.keys(now).length > 20, 'rooms are found')
  t.equal(fallenBelow(now, record).join('\n'), '')
  const { tests, code } = proportions(house, (file) => !/^(deploy|simulators|cloud\/web)\//.test(file))
  t.comment(`the product: ${tests} lines of tests to ${code} of code (${(tests / code).toFixed(2)} : 1)`)
})

/** A device is data first: a table of registers is no code that would want as many lines of tests. */
const isTable = (file: string): boolean => file.startsWith('shared-protocol/codecs/sunspec/models/')

void test('the pure rooms have at least as many lines of tests as of code', async (t) => {
  const isPure = (file: string): boolean =>
    /^(shared-protocol|edge-agent\/core)\//.test(file) && !isTable(file)
  const { tests, code } = proportions(house, isPure)
  t.ok(tests >= code, `${tests} lines of tests to ${code} of code (${(tests / code).toFixed(2)} : 1)`)
})
