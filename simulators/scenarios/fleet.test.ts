import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'tap'
import { eventually, signIn } from './api.ts'
import { allSessions } from './books.ts'
import { enrol } from './fleet.ts'
import { runFleet } from './fleet-command.ts'
import { startStack } from './stack.ts'

const main = path.join(import.meta.dirname, '..', 'main.ts')
const withinMs = 180_000

void test('a fleet from the command line adds itself to a site, charges there, and goes when it is told to', async (t) => {
  const stack = await startStack({ site: { grid: { limitA: [400, 400, 400], voltageV: 230 }, circuits: [] } })
  t.teardown(() => stack.stop())
  const where = ['--url', stack.edge.ocppUrl, '--cloud', stack.cloudUrl, '--count', '3', '--outlets', '2']
  const how = ['--prefix', 'FLEET', '--speed', '30', '--sample-s', '30', '--seed', '7']
  const child = spawn(process.execPath, [main, 'fleet', ...where, ...how], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const said: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const api = await signIn(stack.cloudUrl, 'operator@nova.test')
  await eventually(
    async () => (await allSessions(api)).filter(({ chargerId }) => chargerId.startsWith('FLEET-')),
    (sessions) =>
      new Set(sessions.filter(({ energyWh }) => Number(energyWh) > 0).map(({ chargerId }) => chargerId))
        .size === 3,
    { withinMs, what: 'energy at each of three' }
  )
  t.match(said[0], /^demo-site: 3 charge points and 6 cards added/)
  await eventually(
    () => said.join(''),
    (text) => /3 of 3 online · [1-6] of 6 in session · /.test(text),
    { withinMs, what: 'a word of how it stands' }
  )
  child.kill('SIGINT')
  t.strictSame(await once(child, 'exit'), [0, null])
  const again = { siteId: 'demo-site', password: 'fleet-password-16', cards: ['FLEET-0001-1'] }
  t.strictSame(
    await enrol(api, { ...again, chargers: [{ identity: 'FLEET-0001', outlets: 2 }] }),
    { chargers: 0, cards: 0 },
    'what is there is left alone'
  )
})

const faults: readonly (readonly [readonly string[], RegExp])[] = [
  [['--count', '0'], /^--count: a number from 1 to 5000, not "0"$/],
  [['--prefix', 'A B'], /^--prefix: .*not "A B"$/],
  [['--temper', 'moody'], /^--temper: .*mixed, not "moody"$/],
  [['--sample-s', 'x'], /^--sample-s: /],
  [['--nonsense'], /nonsense/]
]
for (const [words, message] of faults) {
  void test(`fleet ${words.join(' ')} is refused by name`, async (t) => {
    await t.rejects(runFleet(words), { message })
  })
}
