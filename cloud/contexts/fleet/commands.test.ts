import { randomUUID } from 'node:crypto'
import { CommandStatus, type CommandAnswer } from '@nova/shared-protocol/messages'
import fc from 'fast-check'
import { test, type Test } from 'tap'
import { until } from '../../test-support/until.ts'
import { findCommand, keepCommand, progress, type NewCommand } from './commands.ts'
import { openDispatch } from './dispatch.ts'
import { openFleetDatabase } from './fleet.suite.ts'
import { keepTrace } from './traces.ts'

const order = (more: Partial<NewCommand> = {}): NewCommand => ({
  tenantId: 'a',
  chargerId: 'CP1',
  action: 'reset',
  payload: { type: 'soft' },
  issuer: 'operator@nova.test',
  ...more
})
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
type Wire = { id: string; site: string; counter: number; epoch: number; signature: string; payload: object }
const reply = (id: string, status: CommandStatus, more: object = {}): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, id, status, ...more } satisfies CommandAnswer))

const openForTest = async (t: Test) => {
  const world = await openFleetDatabase(t, { CP1: 's', CP2: 'other' })
  const { database } = world
  const sent: Wire[] = []
  const settled: string[] = []
  const traces: (string | null)[] = []
  let edge: (wire: Wire) => Promise<Uint8Array> = async () => {
    throw new Error('nobody answered')
  }
  const dispatch = openDispatch({
    database,
    sign: (text) => `signed:${text.length}`,
    async command(siteId, text, _, along) {
      traces.push(along)
      const wire = JSON.parse(text) as Wire
      t.equal(wire.site, siteId)
      sent.push(wire)
      return edge(wire)
    },
    settled: (status) => void settled.push(status),
    log: { info: () => undefined, warn: () => undefined }
  })
  return {
    ...world,
    dispatch,
    sent,
    traces,
    settled,
    answers: (answer: typeof edge) => void (edge = answer),
    now: async (id: string) => database.tenant('a', async (tx) => findCommand(tx, id)),
    news: async (id: string, status: CommandStatus, site: string | null = null) =>
      database.tenant('a', async (tx) => progress(tx, id, { status, at: new Date().toISOString() }, site)),
    told: async () =>
      world.rows<{ body: { commandId: string; status: string } }>(
        `select body from events where kind = 'fleet.command-settled.v1' order by id`
      )
  }
}

void test('a command is kept before it is sent, signed, with the next counter of its site', async (t) => {
  const { dispatch, sent, now, answers, settled } = await openForTest(t)
  answers(async ({ id }) => {
    t.match(await now(id), { status: 'queued' }, 'what the edge hears is in the database')
    return reply(id, 'sent')
  })
  const first = await dispatch.send(order())
  const second = await dispatch.send(order({ chargerId: 'CP2' }))
  const third = await dispatch.send(order())
  await until('three answers', () => settled.length === 3)
  t.strictSame(
    new Map(sent.map(({ id, site, counter }) => [id, `${site} ${counter}`])),
    new Map([
      [first.id, 's 1'],
      [second.id, 'other 1'],
      [third.id, 's 2']
    ]),
    'each site counts for itself'
  )
  t.match(sent[0], { epoch: 0, signature: /^signed:\d+$/, payload: { type: 'soft' } })
  t.match(await now(first.id), { status: 'sent', history: [{ status: 'queued' }, { status: 'sent' }] })
})

void test('the same id twice is one command, and does what goes with it once', async (t) => {
  const { dispatch, sent, answers, settled } = await openForTest(t)
  answers(async ({ id }) => reply(id, 'accepted'))
  const id = randomUUID()
  let notes = 0
  const note = async () => void notes++
  await Promise.all([dispatch.send(order({ id }), note), dispatch.send(order({ id }), note)])
  await dispatch.send(order({ id }), note)
  await until('the answer', () => settled.length === 1)
  t.equal(sent.length, 1)
  t.equal(notes, 1)
})

const refused = [
  ['a charger nobody knows', order({ chargerId: 'CP9' }), 'not-found'],
  ['a charger of another site', order({ siteId: 'other' }), 'not-found'],
  ['another tenant’s charger', order({ tenantId: 'b' }), 'not-found'],
  ['an unknown action', order({ action: 'explode' }), 'command-invalid'],
  ['a payload that does not fit', order({ payload: { type: 'medium' } }), 'command-invalid'],
  ['an end that has passed', order({ expiresAt: '2020-01-01T00:00:00Z' }), 'command-expired'],
  ['an end in a year', order({ expiresAt: '2099-01-01T00:00:00Z' }), 'command-invalid']
] as const
void test('what cannot be ordered is refused, and nothing of it is kept', async (t) => {
  const { dispatch, rows, sent } = await openForTest(t)
  for (const [title, wanted, code] of refused) await t.rejects(dispatch.send(wanted), { code }, title)
  t.strictSame(await rows('select id from commands'), [])
  t.equal(sent.length, 0)
})

void test('a command that did not get through is sent again with a new counter, until its end', async (t) => {
  const { dispatch, sent, now, answers, rows, settled, told } = await openForTest(t)
  const { id } = await dispatch.send(order())
  await until('the first try', () => sent.length === 1)
  const later = async () => rows(`update commands set attempted_at = attempted_at - interval '7 seconds'`)
  await dispatch.sweep()
  t.equal(sent.length, 1, 'not while the first may still be answered, nor to an edge nobody hears')
  await later()
  await rows(`update edges set seen_at = now()`)
  await dispatch.sweep()
  t.strictSame(
    sent.map(({ counter }) => counter),
    [1, 2]
  )
  answers(async (wire) => reply(wire.id, 'rejected', { error: 'for epoch 1, this is 2' }))
  await later()
  await dispatch.resend('a', 's')
  t.match(await now(id), { status: 'queued' }, 'an edge that has just started is asked again')
  answers(async () => reply(randomUUID(), 'accepted'))
  await later()
  await dispatch.resend('a', 's')
  t.match(await now(id), { status: 'queued' }, 'an answer for another command is none')
  answers(async () => Buffer.from('nonsense'))
  await later()
  await dispatch.resend('a', 's')
  t.match(await now(id), { status: 'queued' })
  t.equal(settled.length, 0)
  await rows(`update commands set expires_at = now()`)
  await dispatch.sweep()
  const sentBefore = sent.length
  t.match(await now(id), { status: 'expired', error: /in time/ })
  t.match(await told(), [{ body: { commandId: id, status: 'expired' } }])
  await later()
  await dispatch.resend('a', 's')
  await dispatch.sweep()
  t.equal(sent.length, sentBefore, 'what has ended is never sent again')
  t.equal((await told()).length, 1, 'and its end is told once')
})

void test('a command carries the trace of its request, however often it is sent; an order’s is kept ahead of it', async (t) => {
  const { database, dispatch, traces, rows } = await openForTest(t)
  const id = randomUUID()
  await database.tenant('a', async (tx) => keepTrace(tx, id, trace))
  await dispatch.send(order({ id }))
  await until('the first try', () => traces.length === 1)
  await rows(`update commands set attempted_at = attempted_at - interval '7 seconds'`)
  await dispatch.resend('a', 's')
  await dispatch.send(order({ trace: trace.replace('b7', 'a7') }))
  await dispatch.send(order())
  await until('all', () => traces.length === 4)
  t.strictSame(traces, [trace, trace, trace.replace('b7', 'a7'), null])
})

void test('two processes that sweep at once send a command once', async (t) => {
  const { dispatch, sent, rows } = await openForTest(t)
  await dispatch.send(order())
  await until('the first try', () => sent.length === 1)
  await rows(`update commands set attempted_at = attempted_at - interval '7 seconds'`)
  await Promise.all([dispatch.resend('a', 's'), dispatch.resend('a', 's'), dispatch.resend('a', 's')])
  t.equal(sent.length, 2)
})

void test('the edge knows better than the cloud’s guess, no other site does', async (t) => {
  const { database, now, news, told } = await openForTest(t)
  const { command } = await database.tenant('a', async (tx) => keepCommand(tx, order(), () => ''))
  t.equal(await news(command.id, 'accepted', 'other'), false, 'another site’s edge ends nothing')
  t.equal(await news(command.id, 'expired'), true)
  t.equal(await news(command.id, 'accepted', 's'), true, 'expired was a guess')
  t.equal(await news(command.id, 'failed', 's'), false, 'accepted is an end')
  t.match(await now(command.id), {
    status: 'accepted',
    history: [{ status: 'queued' }, { status: 'expired' }, { status: 'accepted' }]
  })
  t.match(
    (await told()).map(({ body }) => body.status),
    ['expired', 'accepted']
  )
})

void test('whatever is told in whatever order, a command ends once and stays ended', async (t) => {
  const { database, now, news, told, rows } = await openForTest(t)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...CommandStatus.options), { maxLength: 6 }), async (all) => {
      await rows(`delete from commands`)
      const before = (await told()).length
      const { command } = await database.tenant('a', async (tx) => keepCommand(tx, order(), () => ''))
      for (const status of all) await news(command.id, status, 's')
      const shown = await now(command.id)
      const tellings = (await told()).length - before
      return shown?.status === endOf(all) && tellings === tellingsOf(all)
    }),
    { numRuns: 40 }
  )
})

const ends: readonly CommandStatus[] = ['accepted', 'rejected', 'failed']
/** The first true end; without one the guess; without that whether it was sent. */
const endOf = (all: readonly CommandStatus[]): CommandStatus =>
  all.find((status) => ends.includes(status)) ??
  (['expired', 'sent'] as const).find((status) => all.includes(status)) ??
  'queued'
/** One for the end, and one for a guess that came before it. */
function tellingsOf(all: readonly CommandStatus[]): number {
  const end = all.findIndex((status) => ends.includes(status))
  const guessed = (end < 0 ? all : all.slice(0, end)).includes('expired')
  return Number(end >= 0) + Number(guessed)
}
