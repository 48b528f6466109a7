import fc from 'fast-check'
import { test } from 'tap'
import {
  commitmentOf,
  confirmed,
  expecting,
  freshAccount,
  levelOf,
  lost,
  meterPatienceMs,
  refused,
  sent,
  stored,
  storing,
  type Account,
  type Standing
} from './commitment.ts'

const lease = 120_000
const rating = 32_000

const standing = (changes: Partial<Standing> = {}): Standing => ({
  ratingMilliA: rating,
  managed: true,
  connected: true,
  transactionId: 'tx',
  drawMilliA: null,
  drawHeardAtMs: null,
  distrustMilliA: null,
  ...changes
})

const told = (account: Account, id: number, milliA: number, atMs = 0): Account =>
  sent(account, { id, milliA, transactionId: 'tx', atMs })

const at16 = confirmed(told(freshAccount(6000), 1, 16_000), 1, 0, lease)
const falling = confirmed(told(at16, 2, 10_000, 50_000), 2, 50_000, lease)
const later = 100_000

const table: { what: string; account: Account; standing?: Partial<Standing>; at?: number; is: number }[] = [
  { what: 'nobody knows what it falls back to: its rating', account: freshAccount(null), is: rating },
  {
    what: 'no session: the stored fallback',
    account: freshAccount(6000),
    standing: { transactionId: null },
    is: 6000
  },
  { what: 'a confirmed set-point', account: at16, at: later, is: 16_000 },
  {
    what: 'a set-point below the fallback: still the fallback',
    account: confirmed(told(freshAccount(6000), 1, 0), 1, 0, lease),
    at: later,
    is: 6000
  },
  { what: 'a raise on its way', account: told(at16, 2, 20_000), at: later, is: 20_000 },
  { what: 'a lower one on its way: what was confirmed', account: told(at16, 2, 8000), at: later, is: 16_000 },
  { what: 'a raise without an answer', account: lost(told(at16, 2, 20_000), 2), at: later, is: 20_000 },
  { what: 'a raise refused', account: refused(told(at16, 2, 20_000), 2), at: later, is: 16_000 },
  { what: 'just lowered and confirmed: the car may take its time', account: falling, at: 51_000, is: 16_000 },
  {
    what: 'just lowered, then its session ended: the fallback of a next one, nothing of the car that left',
    account: falling,
    at: 51_000,
    standing: { transactionId: null },
    is: 6000
  },
  {
    what: 'just lowered, and the next session has been told its own set-point',
    account: confirmed(
      sent(falling, { id: 3, milliA: 8000, transactionId: 'next', atMs: 51_000 }),
      3,
      51_000,
      lease
    ),
    at: 52_000,
    standing: { transactionId: 'next' },
    is: 8000
  },
  {
    what: 'just lowered, then silent: whether its session ended nobody knows',
    account: falling,
    at: 51_000,
    standing: { connected: false, transactionId: null },
    is: 16_000
  },
  {
    what: 'lowered, and its meter has shown the fall',
    account: falling,
    standing: { drawMilliA: 9900, drawHeardAtMs: 53_000 },
    at: 53_000,
    is: 10_000
  },
  {
    what: 'lowered, but its meter still shows the old draw',
    account: falling,
    standing: { drawMilliA: 15_800, drawHeardAtMs: 53_000 },
    at: 53_000,
    is: 16_000
  },
  {
    what: 'lowered, and no meter tells: after a while the word counts',
    account: falling,
    at: 50_000 + meterPatienceMs,
    is: 10_000
  },
  {
    what: 'draws more than it may: what it draws',
    account: at16,
    standing: { drawMilliA: 25_000, drawHeardAtMs: 90_000 },
    at: later,
    is: 25_000
  },
  {
    what: 'a reading older than the set-point says nothing about it',
    account: at16,
    standing: { drawMilliA: 25_000, drawHeardAtMs: -1 },
    at: later,
    is: 16_000
  },
  {
    what: 'silent: the set-point is kept, lease or no lease',
    account: at16,
    standing: { connected: false },
    at: 10 * lease,
    is: 16_000
  },
  {
    what: 'another session began: the old set-point is void',
    account: at16,
    standing: { transactionId: 'next' },
    at: later,
    is: 6000
  },
  { what: 'not managed: its rating', account: at16, standing: { managed: false }, at: later, is: rating },
  {
    what: 'caught before: its worst stays reserved',
    account: at16,
    standing: { distrustMilliA: 30_000 },
    at: later,
    is: 30_000
  },
  {
    what: 'a higher fallback on its way',
    account: storing(freshAccount(6000), 10_000),
    standing: { transactionId: null },
    is: 10_000
  },
  {
    what: 'a lower fallback on its way',
    account: storing(freshAccount(6000), 0),
    standing: { transactionId: null },
    is: 6000
  },
  {
    what: 'a lower fallback stored',
    account: stored(storing(freshAccount(6000), 0), 0),
    standing: { transactionId: null },
    is: 0
  },
  {
    what: 'a lower fallback expected',
    account: expecting(freshAccount(6000), 0),
    standing: { transactionId: null },
    is: 0
  }
]

for (const { what, account, standing: changes, at = 1000, is } of table)
  void test(`what may be drawn: ${what} (${is / 1000} A)`, async (t) => {
    t.equal(commitmentOf(account, standing(changes), at), is)
  })

void test('a confirmation ends the doubt about everything sent before it, and about nothing sent after', async (t) => {
  const account = confirmed(told(told(lost(told(at16, 2, 30_000), 2), 3, 12_000), 4, 14_000), 3, 10, lease)
  t.equal(levelOf(account, 'tx'), 12_000)
  t.strictSame(
    account.sent.map(({ id }) => id),
    [4]
  )
  t.equal(levelOf(account, 'other'), null)
  t.equal(confirmed(account, 99, 10, lease), account, 'an answer to nothing changes nothing')
})

void test('a charger that never answers costs no memory', async (t) => {
  let account = at16
  for (let id = 2; id < 100; id++) account = lost(told(account, id, 10_000 + id), id)
  t.equal(account.sent.length, 1)
  t.equal(account.sent[0]?.milliA, 10_099)
  t.equal(lost(account, 1000), account)
})

type Step = { readonly kind: 'tell' | 'accept' | 'refuse' | 'lose'; readonly milliA: number }
const step = fc.record<Step>({
  kind: fc.constantFrom('tell', 'accept', 'refuse', 'lose'),
  milliA: fc.integer({ min: 0, max: 32 }).map((amps) => amps * 1000)
})

void test('whatever is sent, answered, refused and lost: the charger never holds more than its commitment', async (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, arrives) => {
      let account = freshAccount(6000)
      let holds = 6000 // What a charger that applies everything that may have arrived really holds.
      let waiting: { id: number; milliA: number }[] = []
      let ok = true
      steps.forEach(({ kind, milliA }, index) => {
        const first = waiting[0]
        if (kind === 'tell') {
          account = told(account, index, milliA, index)
          waiting.push({ id: index, milliA })
        } else if (first !== undefined) {
          waiting = waiting.slice(1)
          if (kind === 'accept' || (kind === 'lose' && arrives)) holds = first.milliA
          const answer = {
            accept: () => confirmed(account, first.id, index, lease),
            refuse: () => refused(account, first.id),
            lose: () => lost(account, first.id)
          }
          account = answer[kind]()
        }
        ok &&= commitmentOf(account, standing(), index) >= holds
      })
      return ok
    })
  )
  t.pass()
})
