import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'tap'
import type { Deed } from '../drivers/contract.ts'
import { bytesOf, commandOf, knownSession, openStage } from './stage.suite.ts'

const epoch = 4

void test('a start of the cloud: kept, asked once, its end told as a fact', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  const command = commandOf({
    payload: { connector: 'CP-1:1:1', tokenUid: 'TAG-1', sessionId: knownSession, authorised: true }
  })
  t.match(await stage.orders.fromCloud(bytesOf(command), epoch), {
    id: command.id,
    status: 'accepted',
    result: { status: 'Accepted' }
  })
  t.equal(stage.performed.length, 1)
  t.match(stage.pending.get(command.id), { connector: 'CP-1:1:1', sessionId: knownSession, authorised: true })
  t.match(stage.facts(), [{ kind: 'command.ended.v1', commandId: command.id, status: 'accepted' }])
  t.strictSame(
    stage.orders
      .find(command.id)
      ?.history.map(({ status }) => status)
      .slice(-2),
    ['sent', 'accepted']
  )

  t.match(
    await stage.orders.fromCloud(bytesOf(command), epoch),
    { status: 'accepted' },
    'sent again: the same answer'
  )
  t.equal(stage.performed.length, 1, 'and no second act')
  t.equal(stage.facts().length, 1)
})

const refusals: { title: string; command: () => unknown; answer: unknown }[] = [
  { title: 'no JSON', command: () => 'hello', answer: null },
  {
    title: 'a signature of somebody else',
    command: () => commandOf({}, { signature: Buffer.alloc(64).toString('base64') }),
    answer: { status: 'rejected', error: /signature/ }
  },
  {
    title: 'a payload changed on the way',
    command: () => commandOf({}, { payload: { connector: 'CP-1:1:2', tokenUid: 'X' } }),
    answer: { status: 'rejected', error: /signature/ }
  },
  {
    title: 'another site',
    command: () => commandOf({ site: 'site-b' }),
    answer: { status: 'rejected', error: /site-b/ }
  },
  { title: 'meant for a younger process', command: () => commandOf({ epoch: 5 }), answer: null },
  {
    title: 'an older epoch',
    command: () => commandOf({ epoch: 3 }),
    answer: { status: 'rejected', error: /epoch 3/ }
  }
]
for (const { title, command, answer } of refusals) {
  void test(`refused and nothing kept: ${title}`, async (t) => {
    const stage = openStage()
    t.teardown(() => stage.close())
    const said = await stage.orders.fromCloud(bytesOf(command()), epoch)
    if (answer === null) t.equal(said, null)
    else t.match(said, answer)
    t.equal(stage.performed.length, 0)
    t.strictSame(stage.facts(), [])
  })
}

const ends: { title: string; changes: Parameters<typeof commandOf>[0]; answer: object }[] = [
  { title: 'expired', changes: { expiresAt: '2020-01-01T00:00:00Z' }, answer: { status: 'expired' } },
  {
    title: 'an unknown charger',
    changes: { chargerId: 'CP-9' },
    answer: { status: 'rejected', error: /CP-9/ }
  },
  {
    title: 'an unknown action',
    changes: { action: 'dance' },
    answer: { status: 'rejected', error: /unknown; known are/ }
  },
  {
    title: 'a payload that does not fit',
    changes: { payload: {} },
    answer: { status: 'rejected', error: /payload\.connector/ }
  },
  {
    title: 'a connector of another charger',
    changes: { payload: { connector: 'CP-2:1:1', tokenUid: 'T', authorised: true } },
    answer: { status: 'rejected', error: /not one of/ }
  },
  {
    title: 'a stop of nothing',
    changes: { action: 'stop', payload: { sessionId: randomUUID() } },
    answer: { status: 'rejected', error: /no such session/ }
  }
]
for (const { title, changes, answer } of ends) {
  void test(`ends here, and the cloud learns it as a fact: ${title}`, async (t) => {
    const stage = openStage()
    t.teardown(() => stage.close())
    const command = commandOf(changes)
    t.match(await stage.orders.fromCloud(bytesOf(command), epoch), answer)
    t.equal(stage.performed.length, 0)
    t.match(stage.facts(), [{ kind: 'command.ended.v1', commandId: command.id }])
  })
}

void test('a counter that was used before is a replay, whatever id it carries', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  const first = commandOf()
  await stage.orders.fromCloud(bytesOf(first), epoch)
  const replay = commandOf({ counter: first.counter })
  t.match(await stage.orders.fromCloud(bytesOf(replay), epoch), { status: 'rejected', error: /replay/ })
  t.equal(stage.performed.length, 1)
  t.notOk(stage.pending.has(replay.id), 'its pending start is gone again')
  t.equal(stage.facts().length, 1)
})

void test('a charger that takes long: the answer is sent within two seconds, the end follows', async (t) => {
  const late = Promise.withResolvers<Deed>()
  const stage = openStage(() => late.promise)
  t.teardown(() => stage.close())
  const command = commandOf({ action: 'unlock', payload: { connector: 'CP-1:1:1' } })
  t.match(await stage.orders.fromCloud(bytesOf(command), epoch), { status: 'sent' })
  late.resolve({ kind: 'rejected', answer: { status: 'UnlockFailed' } })
  t.match(await stage.orders.ended(command.id, 5_000), {
    status: 'rejected',
    result: { status: 'UnlockFailed' }
  })
})

void test('the process dies while a command is with the charger: it ends as failed and is not repeated', async (t) => {
  const stage = openStage(() => Promise.withResolvers<Deed>().promise)
  const command = commandOf()
  void stage.orders.fromCloud(bytesOf(command), epoch)
  const deadline = performance.now() + 5_000
  while (stage.performed.length === 0 && performance.now() < deadline) await turn()
  const next = await stage.reborn()
  t.teardown(() => next.close())
  await next.orders.recover()
  t.match(next.orders.find(command.id), {
    status: 'failed',
    error: 'edge restarted; unknown whether the charger acted'
  })
  t.match(next.facts(), [{ kind: 'command.ended.v1', commandId: command.id, status: 'failed' }])
  t.match(await next.orders.fromCloud(bytesOf(command), epoch), { status: 'failed' })
  t.equal(next.performed.length, 0)
})

void test('two starts for one connector at once: one is asked, the other is told why not', async (t) => {
  const late = Promise.withResolvers<Deed>()
  const stage = openStage(() => late.promise)
  t.teardown(() => stage.close())
  const first = stage.orders.fromCloud(bytesOf(commandOf()), epoch)
  const second = await stage.orders.fromCloud(bytesOf(commandOf()), epoch)
  t.match(second, { status: 'rejected', error: /another start on its way/ })
  late.resolve({ kind: 'accepted', answer: {} })
  t.match(await first, { status: 'accepted' })
})

void test('a refused start leaves nothing pending; one without an answer does, since the car may still charge', async (t) => {
  const rejecting = openStage(async () => ({ kind: 'rejected', answer: { status: 'Rejected' } }))
  const mute = openStage(async () => ({ kind: 'failed', error: 'no answer' }))
  t.teardown(async () => {
    await rejecting.close()
    await mute.close()
  })
  t.match(await rejecting.orders.fromCloud(bytesOf(commandOf()), epoch), { status: 'rejected' })
  t.equal(rejecting.pending.size, 0)
  t.match(await mute.orders.fromCloud(bytesOf(commandOf()), epoch), { status: 'failed', error: 'no answer' })
  t.equal(mute.pending.size, 1)
})

void test('a person at the site takes the same path, once for each key', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  const order = {
    chargerId: 'CP-1',
    action: 'stop',
    payload: { sessionId: knownSession },
    issuer: 'local',
    idempotencyKey: 'k'
  }
  const taken = await stage.orders.fromLocal(order)
  if (taken.kind !== 'taken') throw new Error(taken.detail)
  t.match(await stage.orders.ended(taken.command.id, 5_000), { status: 'accepted' })
  t.strictSame(stage.performed[0]?.order, { action: 'stop', payload: { transactionId: '77' } })
  t.match(await stage.orders.fromLocal(order), {
    kind: 'taken',
    command: { id: taken.command.id, status: 'accepted' }
  })
  t.match(await stage.orders.fromLocal({ ...order, action: 'reset', payload: {} }), { kind: 'conflict' })
  t.match(await stage.orders.fromLocal({ ...order, chargerId: 'CP-9' }), { kind: 'unknown-charger' })
  t.match(await stage.orders.fromLocal({ ...order, action: 'dance' }), { kind: 'malformed' })
  const late = await stage.orders.fromLocal({
    ...order,
    idempotencyKey: 'l',
    expiresAt: '2020-01-01T00:00:00Z'
  })
  t.match(late, { kind: 'taken', command: { status: 'expired' } })
  t.equal(stage.performed.length, 1)
  t.match(stage.facts()[0], { kind: 'audit.noted.v1', actor: 'local', act: 'command stop', subject: 'CP-1' })
})

void test('a limit of a person is kept for the control loop and survives a restart', async (t) => {
  const stage = openStage()
  const limit = (payload: object) =>
    stage.orders.fromCloud(
      bytesOf(commandOf({ action: 'setLimit', payload: { connector: 'CP-1:1:1', ...payload } })),
      epoch
    )
  t.match(await limit({ limitA: 10, limitW: 11_040 }), {
    status: 'accepted',
    result: { limitMilliA: 10_000 }
  })
  t.match(await limit({ limitW: 11_040 }), { result: { limitMilliA: 16_000 } }, 'three phases of 230 V')
  t.match(await limit({ limitA: 0 }), { result: { limitMilliA: 0 } }, '0 is a limit')
  t.match(await limit({}), { status: 'rejected', error: /limitA or limitW/ })
  t.equal(stage.performed.length, 0, 'the charger hears of it from the loop')
  const next = await stage.reborn()
  t.teardown(() => next.close())
  t.match(next.caps.all().get('CP-1:1:1'), { limitMilliA: 0 })
  await next.orders.fromCloud(
    bytesOf(commandOf({ action: 'clearLimit', payload: { connector: 'CP-1:1:1' } })),
    epoch
  )
  t.equal(next.caps.all().size, 0)
})

void test('reservations follow the charger’s answer', async (t) => {
  const stage = openStage()
  t.teardown(() => stage.close())
  const reserve = {
    connector: 'CP-1:1:1',
    reservationId: 5,
    tokenUid: 'TAG-1',
    expiresAt: '2099-01-01T00:00:00Z'
  }
  await stage.orders.fromCloud(bytesOf(commandOf({ action: 'reserve', payload: reserve })), epoch)
  await stage.orders.fromCloud(
    bytesOf(commandOf({ action: 'cancelReservation', payload: { reservationId: 5 } })),
    epoch
  )
  t.strictSame(stage.became, ['5 asked', '5 active', '5 cancelled'])
})

void test('however commands are doubled, shuffled and interrupted by restarts, none acts twice and each ends', async (t) => {
  const script = fc.array(fc.record({ which: fc.nat(4), restart: fc.boolean() }), {
    minLength: 1,
    maxLength: 14
  })
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const commands = Array.from({ length: 5 }, () =>
        commandOf({ action: 'unlock', payload: { connector: 'CP-1:1:1' } })
      )
      let stage = openStage()
      const acted: string[] = []
      for (const { which, restart } of steps) {
        const answer = await stage.orders.fromCloud(bytesOf(commands[which]), epoch)
        if (answer?.status === 'accepted') acted.push(answer.id)
        if (!restart) continue
        stage = await stage.reborn()
        await stage.orders.recover()
      }
      const facts = stage.facts().map((fact) => String(fact['commandId']))
      await stage.close()
      return new Set(facts).size === facts.length && new Set(acted).size === facts.length
    }),
    { numRuns: 12 }
  )
  t.pass()
})
