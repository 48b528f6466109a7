import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { freshLog, worthShowing } from './log.ts'
import { commandLineOf } from './process-table.ts'
import { clear, openRoll } from './roll.ts'

void test('what a killed start left is found by the next one and ended', async (t) => {
  const dataDir = t.testdir()
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const ended = once(left, 'exit')
  const pid = left.pid ?? 0
  const entries = [
    { name: 'edge', pid, command: commandLineOf(pid) },
    { name: 'cloud', pid: process.pid, command: 'another program that once had this number' },
    { name: 'start', pid: 2 ** 22 - 1, command: 'gone' }
  ]
  writeFileSync(path.join(dataDir, 'running.json'), JSON.stringify(entries))
  const opened = openRoll(dataDir)
  if (!('left' in opened)) throw new Error('no other start runs here')
  t.match(opened.left, [{ name: 'edge', pid }], 'only the process that is still the same')
  t.equal(opened.left.length, 1)
  await clear(opened.left)
  await ended
  opened.roll.close()
  t.notOk(existsSync(path.join(dataDir, 'running.json')))
})

void test('a second start in the same folder is told of the first, and whether it is about to end', async (t) => {
  const dataDir = t.testdir()
  const first = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  t.teardown(() => first.kill('SIGKILL'))
  const pid = first.pid ?? 0
  for (const [name, stopping] of [
    ['start', false],
    ['stopping', true]
  ] as const) {
    writeFileSync(
      path.join(dataDir, 'running.json'),
      JSON.stringify([{ name, pid, command: commandLineOf(pid) }])
    )
    t.strictSame(openRoll(dataDir), { who: pid, stopping })
  }
})

void test('a roll that was cut off by a power loss is an empty one', async (t) => {
  const dataDir = t.testdir({ 'running.json': '[{"name": "edg' })
  const opened = openRoll(dataDir)
  t.ok('left' in opened && opened.left.length === 0)
})

void test('the logs of three earlier runs are kept', async (t) => {
  const folder = t.testdir()
  for (const run of [1, 2, 3, 4, 5]) writeFileSync(freshLog(folder, 'edge'), `run ${run}`)
  t.strictSame(readdirSync(folder).toSorted(), ['edge.log', 'edge.log.1', 'edge.log.2', 'edge.log.3'])
  t.equal(readFileSync(path.join(folder, 'edge.log.3'), 'utf8'), 'run 2')
})

const lines: readonly [string, string, boolean, string | undefined][] = [
  ['news', '{"level":30,"msg":"listening"}', false, undefined],
  ['a warning', '{"level":40,"msg":"meter is silent"}', false, 'meter is silent'],
  ['an error in words', '{"level":"error","msg":"disk is full"}', false, 'disk is full'],
  ['a cry on stderr', 'TypeError: x is not a function', true, 'TypeError: x is not a function'],
  ['chatter on stdout', 'hello', false, undefined],
  ['half a line', '{"level":50,"ms', true, '{"level":50,"ms'],
  ['an empty line', '', true, undefined]
]
for (const [what, line, isError, shown] of lines) {
  void test(`${what} is ${shown === undefined ? 'only for the file' : 'shown'}`, async (t) => {
    t.equal(worthShowing(line, isError), shown)
  })
}
