import fc from 'fast-check'
import { test } from 'tap'
import { decide, refusalOf, tokenOf, type Heard, type OrderStatus } from './model.ts'

const said: Readonly<Record<Heard['kind'], Heard>> = {
  held: { kind: 'held' },
  declined: { kind: 'declined', detail: 'no money' },
  sent: { kind: 'sent' },
  'command-failed': { kind: 'command-failed', detail: 'Rejected' },
  'session-started': { kind: 'session-started' },
  late: { kind: 'late' }
}

// What each state does with what it hears: the next state, and what follows.
const table: Readonly<Record<OrderStatus, Readonly<Record<Heard['kind'], string>>>> = {
  holding: {
    held: 'starting send-start',
    declined: 'abandoned let-go payment-declined',
    sent: 'holding nothing',
    'command-failed': 'holding nothing',
    'session-started': 'started nothing',
    late: 'abandoned let-go payment-unanswered'
  },
  starting: {
    held: 'starting nothing',
    declined: 'abandoned let-go payment-declined',
    sent: 'waiting nothing',
    'command-failed': 'abandoned let-go start-refused',
    'session-started': 'started nothing',
    late: 'abandoned let-go start-not-sent'
  },
  waiting: {
    held: 'waiting nothing',
    declined: 'abandoned let-go payment-declined',
    sent: 'waiting nothing',
    'command-failed': 'abandoned let-go start-refused',
    'session-started': 'started nothing',
    late: 'abandoned let-go start-unanswered'
  },
  started: {
    held: 'started nothing',
    declined: 'started nothing',
    sent: 'started nothing',
    'command-failed': 'started nothing',
    'session-started': 'started nothing',
    late: 'started nothing'
  },
  abandoned: {
    held: 'abandoned nothing',
    declined: 'abandoned nothing',
    sent: 'abandoned nothing',
    'command-failed': 'abandoned nothing',
    'session-started': 'abandoned stop',
    late: 'abandoned nothing'
  }
}

for (const [status, row] of Object.entries(table)) {
  for (const [kind, expected] of Object.entries(row)) {
    void test(`an order that is ${status} and hears ${kind}: ${expected}`, async (t) => {
      const turn = decide(status as OrderStatus, said[kind as Heard['kind']])
      t.equal([turn.status, turn.todo, turn.why?.code].filter(Boolean).join(' '), expected)
    })
  }
}

void test('whatever is heard in whatever order, money is let go at most once and a start is sent at most once', async (t) => {
  const anything = fc.array(fc.constantFrom(...Object.values(said)), { maxLength: 30 })
  fc.assert(
    fc.property(anything, (list) => {
      let status: OrderStatus = 'holding'
      const todo: string[] = []
      for (const heard of list) {
        const turn = decide(status, heard)
        status = turn.status
        todo.push(turn.todo)
      }
      const count = (what: string) => todo.filter((each) => each === what).length
      return (
        count('let-go') <= 1 &&
        count('send-start') <= 1 &&
        (count('let-go') === 1) === (status === 'abandoned')
      )
    })
  )
  t.pass()
})

void test('a free or preparing connector may be started on, every other state says why not', async (t) => {
  for (const status of ['available', 'preparing']) t.equal(refusalOf(status), undefined)
  for (const status of [
    'charging',
    'suspended',
    'finishing',
    'reserved',
    'unavailable',
    'faulted',
    'offline'
  ])
    t.match(refusalOf(status), { code: /^connector-/, detail: /\.$/ })
})

void test('the token of a start fits the twenty characters of an OCPP 1.6 idTag', async (t) => {
  t.equal(tokenOf('6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d'), 'NV6B0F1F0E5C0C4A579D')
})
