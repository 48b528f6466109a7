import { test } from 'tap'
import { bytesOf, commandOf, knownSession, openStage } from './stage.suite.ts'

const epoch = 4
const stop = { action: 'stop', payload: { sessionId: knownSession } } as const

void test('a disk that takes nothing: a stop of the cloud is carried out once, and marked', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  stage.scene.diskFull = true
  const command = commandOf(stop)
  const done = { id: command.id, status: 'accepted', result: { status: 'Accepted', recorded: false } }
  t.match(await stage.orders.fromCloud(bytesOf(command), epoch), done)
  t.match(await stage.orders.fromCloud(bytesOf(command), epoch), done, 'sent again: the same answer')
  t.strictSame(
    stage.performed.map(({ order }) => order),
    [{ action: 'stop', payload: { transactionId: '77' } }]
  )
  t.equal(stage.facts().length, 0)
  stage.scene.diskFull = false
  t.match(await stage.orders.fromCloud(bytesOf(commandOf(stop)), epoch), {
    result: { status: 'Accepted', recorded: undefined }
  })
  t.equal(stage.facts().length, 1, 'the next one is recorded again')
})

void test('a disk that takes nothing: people at the site may stop, and see what became of it', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  stage.scene.diskFull = true
  const taken = await stage.orders.fromLocal({ chargerId: 'CP-1', issuer: 'local', ...stop })
  t.equal(taken.kind, 'taken')
  const id = taken.kind === 'taken' ? taken.command.id : ''
  t.match(await stage.orders.ended(id, 5_000), {
    status: 'accepted',
    result: { recorded: false },
    history: [{ status: 'sent' }, { status: 'accepted' }]
  })
})

void test('a disk that takes nothing: a charger’s refusal is told as it is; nothing else is carried out', async (t) => {
  const stage = openStage(async () => ({ kind: 'failed', error: 'the charger is not connected' }))
  t.teardown(() => stage.close())
  stage.scene.diskFull = true
  t.match(await stage.orders.fromCloud(bytesOf(commandOf(stop)), epoch), {
    status: 'failed',
    error: 'the charger is not connected',
    result: { recorded: false }
  })
  const asked = stage.performed.length
  t.match(await stage.orders.fromCloud(bytesOf(commandOf({})), epoch), {
    status: 'failed',
    error: /could not store/
  })
  for (const [action, payload] of [
    ['unlock', { connector: 'CP-1:1:1' }],
    ['reset', { type: 'soft' }]
  ] as const)
    t.match(
      await stage.orders.fromLocal({ chargerId: 'CP-1', issuer: 'local', action, payload }),
      { kind: /not-stored|malformed/ },
      action
    )
  t.equal(stage.performed.length, asked)
})

void test('of a hundred stops without a record the newest are known', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  stage.scene.diskFull = true
  const commands = Array.from({ length: 102 }, () => commandOf(stop))
  for (const command of commands) await stage.orders.fromCloud(bytesOf(command), epoch)
  t.equal(stage.orders.find(commands[1]!.id), null)
  t.match(stage.orders.find(commands[2]!.id), { status: 'accepted' })
})
