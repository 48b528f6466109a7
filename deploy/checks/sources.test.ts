import { test } from 'tap'
import { testFiles } from '../test/files.ts'
import { sources } from './sources.ts'

const tree = {
  'a.ts': '',
  'a.test.ts': '',
  node_modules: { 'b.test.ts': '' },
  cloud: { bus: { 'c.test.ts': '' }, web: { dist: { 'd.test.ts': '' }, 'e.test.tsx': '', 'f.test.js': '' } },
  edge: { generated: { 'g.test.ts': '' }, core: { 'h.test.ts': '' } },
  simulators: { scenarios: { 'i.test.ts': '' } }
}

void test('only what people wrote is found, in a fixed order', async (t) => {
  const root = t.testdir(tree)
  t.strictSame(sources(root, ['.ts']), [
    'a.test.ts',
    'a.ts',
    'cloud/bus/c.test.ts',
    'edge/core/h.test.ts',
    'simulators/scenarios/i.test.ts'
  ])
})

void test('long tests come first, and words choose by path', async (t) => {
  const root = t.testdir(tree)
  const all = [
    'simulators/scenarios/i.test.ts',
    'cloud/web/e.test.tsx',
    'cloud/bus/c.test.ts',
    'a.test.ts',
    'edge/core/h.test.ts'
  ]
  t.strictSame(testFiles(root, []), all)
  t.strictSame(testFiles(root, ['bus', './edge/core/h.test.ts']), [
    'cloud/bus/c.test.ts',
    'edge/core/h.test.ts'
  ])
  t.strictSame(testFiles(root, ['nowhere']), [])
})
