import { spawn } from 'node:child_process'
import { test, type Test } from 'tap'
import { childOf, type Child } from './child.ts'
import { keep, type Part } from './keeper.ts'
import { commandLineOf } from './process-table.ts'
import type { Roll } from './roll.ts'
import { until } from './waiting.ts'

const patienceMs = 60_000

/** A part that is a real process; `script` is what it does. Counts its starts. */
function part(t: Test, script: string): { part: Part; starts: Child[] } {
  const starts: Child[] = []
  t.teardown(() => Promise.all(starts.map((child) => child.stop('SIGKILL', 0))))
  const start: Part['start'] = async (spawned) => {
    const child = childOf(spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' }))
    spawned(child)
    starts.push(child)
    if (script.includes('exit(3)')) throw new Error(`${await child.ended} while starting`)
    return child
  }
  return { starts, part: { name: 'part', start, stopSignal: 'SIGTERM', hurrySignal: 'SIGKILL', patienceMs } }
}

function rollCall(): { roll: Roll; on: Set<number> } {
  const on = new Set<number>()
  const roll = {
    add: (_: string, pid: number) => void on.add(pid),
    remove: (pid: number) => void on.delete(pid),
    stopping: () => undefined,
    close: () => undefined
  }
  return { roll, on }
}

const forever = 'setInterval(() => {}, 1000)'

void test('a part that is killed is started again and its end is told', async (t) => {
  const { part: kept, starts } = part(t, forever)
  const { roll, on } = rollCall()
  const told: string[] = []
  const running = keep(kept, { roll, say: (line) => told.push(line) })
  await running.ready
  process.kill(starts[0]?.pid ?? 0, 'SIGKILL')
  await until('a second start', patienceMs, () => (starts.length === 2 ? true : undefined))
  t.match(told, ['part ended with SIGKILL; starting it again in 0.5 s'])
  await running.stop()
  t.equal(on.size, 0, 'the roll is empty')
  t.equal(commandLineOf(starts[1]?.pid ?? 0), undefined, 'the process is gone')
})

void test('however often a part is killed while it runs, it is back after half a second', async (t) => {
  const { part: kept, starts } = part(t, forever)
  const told: string[] = []
  const running = keep(kept, { roll: rollCall().roll, say: (line) => told.push(line) })
  await running.ready
  const kills = 8 // As many failures in a row would end everything.
  for (let kill = 1; kill <= kills; kill++) {
    process.kill(starts[kill - 1]?.pid ?? 0, 'SIGKILL')
    await until('the next start', patienceMs, () => (starts.length > kill ? true : undefined))
  }
  t.strictSame(told, Array(kills).fill('part ended with SIGKILL; starting it again in 0.5 s'))
  await running.stop()
})

void test('a part that comes up and ends by itself is started again with growing pauses', async (t) => {
  const { part: kept } = part(t, 'process.exitCode = 4')
  const told: string[] = []
  const running = keep(kept, { roll: rollCall().roll, say: (line) => told.push(line) })
  await until('two ends', patienceMs, () => (told.length === 2 ? true : undefined))
  const pauses = [0.5, 1]
  t.strictSame(
    told,
    pauses.map((pause) => `part ended with 4; starting it again in ${pause} s`)
  )
  await running.stop()
})

void test('a part that never comes up is given up, with its reason', async (t) => {
  const { part: kept, starts } = part(t, 'process.exit(3)')
  const running = keep(kept, { roll: rollCall().roll, say: () => undefined })
  await t.rejects(running.ready, /part keeps failing: ended with 3 while starting/)
  await t.rejects(running.failed, /part keeps failing/)
  t.equal(starts.length, 3)
  await running.stop()
})

void test('without a part that the rest can do without, the rest goes on', async (t) => {
  const { part: kept } = part(t, 'process.exit(3)')
  const told: string[] = []
  const running = keep({ ...kept, optional: true }, { roll: rollCall().roll, say: (line) => told.push(line) })
  t.match(await running.ready, 'part keeps failing: ended with 3 while starting', 'whoever waits knows why')
  t.match(told.at(-1), /keeps failing.*going on without it/)
  await running.stop()
})

void test('a part that is deaf to its stop is hurried', async (t) => {
  const { part: kept, starts } = part(t, `process.on('SIGTERM', () => {}); ${forever}`)
  const running = keep(kept, { roll: rollCall().roll, say: () => undefined })
  await running.ready
  const stopped = running.stop()
  running.hurry()
  await stopped
  t.equal(commandLineOf(starts[0]?.pid ?? 0), undefined)
})

void test('what a part has started itself ends with it', async (t) => {
  const inner = `require('child_process').spawn(process.execPath, ['-e', '${forever} // inner-${process.pid}'])`
  const { part: kept, starts } = part(t, `${inner}; ${forever}`)
  const running = keep(kept, { roll: rollCall().roll, say: () => undefined })
  await running.ready
  const group = starts[0]?.pid ?? 0
  await running.stop()
  await until('the group to be gone', patienceMs, () => {
    try {
      process.kill(-group, 0)
      return undefined
    } catch {
      return true // No such group.
    }
  })
})
