import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { backOffice } from './back-office.suite.ts'

const main = path.join(import.meta.dirname, '..', 'main.ts')
const patienceMs = 60_000

function said(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

void test('the command line says what there is, and what is wrong', async (t) => {
  t.match(said('--help'), { status: 0, stdout: /charger/ })
  t.match(said('charger', '--help'), { status: 0, stdout: /--identity/ })
  t.match(said('teapot'), { status: 1, stderr: /no simulator "teapot"/, stdout: /charger/ })
  t.match(said('pile'), { status: 1, stderr: /no simulator "pile" yet.*YKC/ })
  t.match(said('charger', '--phases', 'many'), {
    status: 1,
    stderr: /--phases: a number from 1 to 3, not "many"/
  })
  t.match(said('charger', '--temper', 'moody'), { status: 1, stderr: /obedient/ })
  t.match(said('charger', '--nonsense'), { status: 1, stderr: /nonsense/ })
})

void test('a charger from the command line charges, and goes when it is told to', async (t) => {
  const office = await backOffice()
  t.teardown(() => office.close())
  const words = [
    'charger',
    '--url',
    office.url,
    '--identity',
    'CLI',
    '--tag',
    'TAG',
    '--speed',
    '60',
    '--sample-s',
    '1'
  ]
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => void child.kill('SIGKILL'))
  const end = performance.now() + patienceMs
  while (office.of('MeterValues').length < 3) {
    if (performance.now() > end)
      throw new Error(`heard only ${office.heard.map((frame) => frame[2]).join(' ')}`)
    await wait(20)
  }
  t.match(office.of('StartTransaction'), [{ idTag: 'TAG', connectorId: 1 }])
  child.kill('SIGINT')
  const [code] = (await once(child, 'exit')) as [number | null]
  t.equal(code, 0)
})
