import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'tap'
import { natsVersion, startNats, startPostgres } from './index.ts'
import { commandLineOf } from './process-table.ts'

const quick = true

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false // Refused: nobody listens.
  } finally {
    socket.destroy()
  }
}

void test('PostgreSQL starts in an empty folder, stops, and comes back with its data and password', async (t) => {
  const dataDir = t.testdir()
  const first = await startPostgres({ dataDir, port: 0, quick })
  t.match(first.url, /^postgres:\/\/nova:[0-9a-f]{48}@127\.0\.0\.1:\d+\/nova$/)
  t.ok(await answers(first.port))
  await first.stop()
  t.notOk(await answers(first.port))
  const again = await startPostgres({ dataDir, port: first.port, quick })
  t.equal(again.url, first.url)
  await again.stop()
})

void test('PostgreSQL survives a kill -9 and a process number that belongs to somebody else now', async (t) => {
  const dataDir = t.testdir()
  const first = await startPostgres({ dataDir, port: 0, quick })
  await first.child.stop('SIGKILL', 0)
  const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid')
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'))
  const again = await startPostgres({ dataDir, port: 0, quick })
  t.ok(await answers(again.port))
  await again.stop()
})

void test('a PostgreSQL that an earlier run left in this folder is stopped first', async (t) => {
  const dataDir = t.testdir()
  const left = await startPostgres({ dataDir, port: 0, quick })
  const next = await startPostgres({ dataDir, port: 0, quick })
  t.match(await left.child.ended, /ended with 0/)
  t.ok(await answers(next.port))
  await next.stop()
})

void test('PostgreSQL says why it does not start', async (t) => {
  const dataDir = t.testdir()
  const first = await startPostgres({ dataDir, port: 0, quick })
  await first.stop()
  rmSync(path.join(dataDir, 'postgres', 'global'), { recursive: true })
  await t.rejects(
    startPostgres({ dataDir, port: first.port, quick }),
    /did not start[\s\S]*(FATAL|could not)/
  )
})

void test('NATS keeps its keys when its data are deleted, and its port when asked', async (t) => {
  const dataDir = t.testdir()
  const first = await startNats({ dataDir, port: 0 })
  const credentials = readFileSync(first.credentialsFile, 'utf8').split('\n').at(-4)
  await first.child.stop('SIGKILL', 0)
  rmSync(path.join(dataDir, 'nats'), { recursive: true })
  const again = await startNats({ dataDir, port: first.port })
  t.equal(again.port, first.port)
  t.equal(readFileSync(again.credentialsFile, 'utf8').split('\n').at(-4), credentials)
  t.match(again.url, /^nats:\/\/127\.0\.0\.1:\d+$/)
  await again.stop()
  t.equal(commandLineOf(again.child.pid), undefined)
})

void test('NATS says why it does not start', async (t) => {
  const dataDir = t.testdir()
  const first = await startNats({ dataDir, port: 0 })
  t.teardown(() => first.stop())
  await t.rejects(startNats({ dataDir: t.testdir(), port: first.port }), /did not start[\s\S]*in use/)
})

void test('the nats-server is one that the code knows', async (t) => {
  const [major = 0, minor = 0] = natsVersion().split('.').map(Number)
  t.ok(major > 2 || (major === 2 && minor >= 9), natsVersion())
})

const asRoot = process.getuid?.() === 0 ? {} : { skip: 'an ordinary user runs it as itself' }
void test('as root PostgreSQL runs below a folder that is closed to others', asRoot, async (t) => {
  const closed = path.join(t.testdir({ closed: {} }), 'closed')
  chmodSync(closed, 0o700)
  const dataDir = path.join(closed, 'data')
  const first = await startPostgres({ dataDir, port: 0, quick })
  t.ok(await answers(first.port))
  const next = await startPostgres({ dataDir, port: 0, quick })
  t.match(await first.child.ended, /ended with 0/, 'the one before is found and stopped')
  await next.stop()
})
