import { once } from 'node:events'
import { chownSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type Test } from 'tap'
import { signalTo } from './process-table.ts'
import {
  endAllOf,
  freePorts,
  npmStart,
  pidsOf,
  processesOf,
  startReady,
  type Person,
  type Start
} from './testing-start.ts'
import { until } from './waiting.ts'

const goneMs = 120_000 // Not a measure: only so that a test that hangs says what it waits for.
const withTable = process.platform === 'linux' ? {} : { skip: 'the process table is read from /proc' }

/** A data folder of its own, with nothing left running from it and nothing left of it. */
function ownFolder(t: Test): string {
  const dataDir = mkdtempSync(path.join(realpathSync(tmpdir()), 'nova-start-'))
  const clear = (): void => {
    endAllOf(dataDir)
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  process.once('exit', clear)
  t.teardown(() => {
    process.off('exit', clear)
    clear()
  })
  return dataDir
}

const nothingRuns = (dataDir: string): Promise<true> =>
  until(`nothing to run from ${dataDir}`, goneMs, () => processesOf(dataDir).length === 0 || undefined)

type Session = { readonly id: string; readonly startedAt: string; readonly status: string }

/** A person's look at the running system, by the addresses that the start has printed. */
function visitor({ lines }: Start) {
  const address = (what: string): string =>
    lines.map((line) => new RegExp(`^  ${what} +(\\S+)`).exec(line)?.[1]).find(Boolean) ?? `no ${what}`
  const cloud = new URL(address('operator')).origin
  const api = async <Answer>(at: string, token: string | undefined, body?: object): Promise<Answer> => {
    const answer = await fetch(`${cloud}/api/v1${at}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      }
    })
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
  const signIn = async (): Promise<string> => {
    const whoever = { email: 'operator@nova.test', password: 'nova-demo' }
    return (await api<{ accessToken: string }>('/auth/login', undefined, whoever)).accessToken
  }
  return { address, cloud, api, signIn }
}

async function page(url: string): Promise<string> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}

/** Each address of the greeting is what it says it is. */
async function looksRight(t: Test, start: Start): Promise<void> {
  const { address, cloud } = visitor(start)
  const operator = await page(address('operator'))
  const script = /<script[^>]+src="([^"]+)"/.exec(operator)?.[1] ?? 'no script'
  t.match(await page(new URL(script, cloud).href), /\S/, 'the operator’s page and its script')
  for (const what of ['driver', 'choose', 'API', 'edge']) t.match(await page(address(what)), /<html/i, what)
  const { hostname, port } = new URL(address('chargers').replace('{identity}', ''))
  const line = connect(Number(port), hostname)
  await once(line, 'connect')
  line.destroy()
}

async function firstSession(t: Test, start: Start): Promise<Session> {
  const { api, signIn } = visitor(start)
  const token = await signIn()
  const { items: alarms } = await api<{ items: readonly { code: string }[] }>('/alarms', token)
  t.notMatch(JSON.stringify(alarms), 'charger-unclaimed', 'its own chargers were no strangers')
  return until('a first session of the demo', goneMs, async () => {
    const { items } = await api<{ items: readonly Session[] }>('/sessions', token)
    return items.find(({ status }) => status === 'started')
  })
}

async function sameSession(t: Test, start: Start, before: Session): Promise<void> {
  const { api, signIn } = visitor(start)
  const after = await api<Session>(`/sessions/${before.id}`, await signIn())
  t.equal(after.startedAt, before.startedAt, 'the session of before is there')
  t.match(after.status, /^(started|suspended|ended)$/)
}

type Chain = ReturnType<Start['chain']>
const to =
  (signal: NodeJS.Signals, ...whom: readonly (keyof Chain)[]) =>
  (chain: Chain): void => {
    for (const each of whom) signalTo(chain[each], signal)
  }

/** The ways in which a start can end. Whoever is killed with all its parents has nobody left to clear up at once. */
const ways: readonly (readonly [string, (chain: Chain) => void, 'in order' | 'killed' | 'nobody left'])[] = [
  ['Ctrl-C, which a terminal sends to all', to('SIGINT', 'npm', 'setUp', 'start'), 'in order'],
  ['SIGTERM to npm', to('SIGTERM', 'npm'), 'in order'],
  ['kill -9 of npm', to('SIGKILL', 'npm'), 'killed'],
  ['kill -9 of the set-up', to('SIGKILL', 'setUp'), 'killed'],
  ['kill -9 of all three', to('SIGKILL', 'npm', 'setUp', 'start'), 'nobody left'],
  ['kill -9 of the start', to('SIGKILL', 'start'), 'killed']
]

void test(
  'npm start is ready with its pages and its data of before, however the one before ended',
  withTable,
  async (t) => {
    const dataDir = ownFolder(t)
    let first: Session | undefined
    let ending = ''
    for (const [way, end, how] of ways) {
      const start = await startReady(dataDir)
      if (first === undefined) await looksRight(t, start)
      else await sameSession(t, start, first)
      if (ending === 'nobody left') t.match(start.lines.join('\n'), /clearing up after a run that was killed/)
      first ??= await firstSession(t, start)
      for (const part of ['postgres', 'nats-server', 'edge-agent'])
        // In any order: numbers of processes begin anew.
        t.ok(
          processesOf(dataDir).some((each) => each.includes(part)),
          `${part} is seen`
        )
      end(start.chain())
      await start.ended
      if (how !== 'nobody left') await nothingRuns(dataDir)
      if (how === 'in order') t.ok(start.lines.includes('stopped'), 'in order')
      t.pass(way)
      ending = how
    }
  }
)

void test(
  'npm start is not ready while its demo does not come up, and says so, and what to do',
  withTable,
  async (t) => {
    const dataDir = ownFolder(t)
    const env = await freePorts()
    const start = npmStart({ dataDir, env: { ...env, NOVA_PV_PORT: env['NOVA_METER_PORT'] ?? '' } }) // Two cannot have it.
    const last = /^Mend that and start again, or leave .*: npm start -- --no-simulators$/
    await until(
      'the last line of the start',
      goneMs,
      () => start.lines.some((line) => last.test(line)) || undefined
    )
    t.match(start.lines.join('\n'), /^Nova-X runs, but not its demo: demo keeps failing: .*logs\/demo\.log/m)
    t.notOk(start.lines.includes('Nova-X is ready'))
    t.match(await visitor(start).signIn(), /./, 'the site and its cloud run')
    signalTo(start.chain().npm, 'SIGTERM')
    await start.ended
    await nothingRuns(dataDir)
  }
)

const nobody: Person = { uid: 65_534, gid: 65_534, home: '/nonexistent' } // The account that has nothing, by custom.
const needed = [import.meta.filename, process.execPath, process.env['npm_execpath'] ?? process.execPath]
const asRoot =
  process.platform === 'linux' && process.getuid?.() === 0 && needed.map(path.dirname).every(isOpenToAll)
    ? {}
    : { skip: 'only root may become somebody else, and the checkout, Node and npm must be readable to all' }

function isOpenToAll(folder: string): boolean {
  const mayPass = (statSync(folder).mode & 0o005) === 0o005
  return mayPass && (folder === path.dirname(folder) || isOpenToAll(path.dirname(folder)))
}

void test(
  'npm start runs as an ordinary user who may not even write into the checkout',
  asRoot,
  async (t) => {
    const dataDir = ownFolder(t)
    chownSync(dataDir, nobody.uid, nobody.gid)
    const start = await startReady(dataDir, { ...nobody, home: dataDir })
    await looksRight(t, start)
    const owners = new Set(pidsOf(dataDir).map((pid) => statSync(`/proc/${pid}`).uid))
    t.strictSame([...owners], [nobody.uid], 'all of it, PostgreSQL as well')
    const second = npmStart({ dataDir, env: await freePorts(), person: nobody })
    t.equal(await second.ended, 1, 'one start for a folder')
    t.match(second.lines.join('\n'), `already running from ${dataDir} (process ${start.chain().start})`)
    signalTo(start.chain().npm, 'SIGTERM')
    await start.ended
    await nothingRuns(dataDir)
  }
)

void test('a busy port is named with its variable and with who has it', withTable, async (t) => {
  const dataDir = ownFolder(t)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const start = npmStart({ dataDir, env: { ...(await freePorts()), NOVA_HTTP_PORT: String(port) } })
  t.equal(await start.ended, 1)
  const line = start.lines.find((each) => each.startsWith('Nova-X:')) ?? start.lines.join('\n')
  t.match(line, `Nova-X: port ${port} (cloud (API and web)) is in use by process ${process.pid} (`)
  t.match(line, /; free it or set NOVA_HTTP_PORT to another port$/)
  await nothingRuns(dataDir)
})
