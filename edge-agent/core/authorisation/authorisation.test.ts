import fc from 'fast-check'
import { test } from 'tap'
import type { Token } from '@nova/shared-protocol/model'
import {
  answered,
  decide,
  findToken,
  isFresh,
  isOver,
  isVouched,
  mayStop,
  tokenList,
  type Answer,
  type Pending,
  type Policy,
  type Question
} from './index.ts'

const now = Date.parse('2026-06-01T08:00:00Z')
const token = (uid: string, more: Partial<Token> = {}): Token => ({
  uid,
  type: 'ISO14443',
  status: 'accepted',
  ...more
})

const list = tokenList({
  file: [token('TAG-1'), token('BLOCKED', { status: 'blocked' }), token('FLEET-1', { group: 'Fleet' })],
  local: [token('FLEET-2', { group: 'FLEET' })],
  desired: [
    token('OLD', { expiresAt: '2026-06-01T08:00:00Z' }),
    token('SOON', { expiresAt: '2026-06-01T08:00:01Z' }),
    token('INVALID', { status: 'invalid' })
  ]
})
const question: Question = {
  tokenUid: 'TAG-1',
  now,
  vouched: false,
  answer: null,
  push: { version: 7, isWhole: true },
  cloudOnline: true,
  canRecord: true,
  chargerAccepted: true,
  busyElsewhere: false
}
const policy: Policy = {
  unknownToken: 'accept-with-cap',
  maxEnergyWh: 30_000,
  cachedMs: 86_400_000,
  concurrent: 'refuse'
}
const hour = 3_600_000
const said = (token: Token | null, agoMs: number, listVersion = 7): Answer => ({
  token,
  saidAtMs: now - agoMs,
  listVersion
})
const asked = (answer: Answer, more: Partial<Question> = {}) => ({ tokenUid: 'X', answer, ...more })
const away = { cloudOnline: false }
const long = { push: { version: 8, isWhole: false } }

const table: readonly (readonly [string, Partial<Question>, Partial<Policy>, string, number | null])[] = [
  ['a listed token', {}, {}, 'accepted', null],
  ['a listed token in other letters', { tokenUid: 'tag-1' }, {}, 'accepted', null],
  ['a blocked token', { tokenUid: 'BLOCKED' }, {}, 'blocked', null],
  ['an invalid token', { tokenUid: 'INVALID' }, {}, 'invalid', null],
  ['a token at the instant it expires', { tokenUid: 'OLD' }, {}, 'expired', null],
  ['a token a second before', { tokenUid: 'SOON' }, {}, 'accepted', null],
  ['an unknown token with the cloud there', { tokenUid: 'X' }, {}, 'invalid', null],
  ['an unknown token offline, capped', { tokenUid: 'X', cloudOnline: false }, {}, 'accepted', 30_000],
  [
    'an unknown token offline, refused',
    { tokenUid: 'X', cloudOnline: false },
    { unknownToken: 'refuse' },
    'invalid',
    null
  ],
  [
    'an unknown token offline that charges elsewhere',
    { tokenUid: 'X', cloudOnline: false, busyElsewhere: true },
    {},
    'concurrent',
    null
  ],
  ['a token that charges elsewhere', { busyElsewhere: true }, {}, 'concurrent', null],
  [
    'a token that charges elsewhere where that is allowed',
    { busyElsewhere: true },
    { concurrent: 'allow' },
    'accepted',
    null
  ],
  [
    'an unknown token the cloud vouches for',
    { tokenUid: 'X', vouched: true, busyElsewhere: true },
    {},
    'accepted',
    null
  ],
  ['a token the cloud has just accepted', asked(said(token('X'), 0)), {}, 'accepted', null],
  [
    'a token the cloud has just refused',
    asked(said(token('X', { status: 'blocked' }), 0)),
    {},
    'blocked',
    null
  ],
  ['a token the cloud has just not known', asked(said(null, 0)), {}, 'invalid', null],
  ['a token accepted an hour ago, offline', asked(said(token('X'), hour), away), {}, 'accepted', null],
  [
    'the same where unknown ones are refused',
    asked(said(token('X'), hour), away),
    { unknownToken: 'refuse' },
    'accepted',
    null
  ],
  ['a token not known an hour ago, offline', asked(said(null, hour), away), {}, 'invalid', null],
  [
    'a token blocked an hour ago, offline',
    asked(said(token('X', { status: 'blocked' }), hour), away),
    {},
    'blocked',
    null
  ],
  [
    'an answer a day old, offline: nobody knows any more',
    asked(said(token('X'), 24 * hour), away),
    {},
    'accepted',
    30_000
  ],
  [
    'an answer a moment less than a day old',
    asked(said(token('X'), 24 * hour - 1), away),
    { unknownToken: 'refuse' },
    'accepted',
    null
  ],
  [
    'an answer of an hour where none is kept',
    asked(said(token('X'), hour), away),
    { cachedMs: 0, unknownToken: 'refuse' },
    'invalid',
    null
  ],
  [
    'an answer of a minute ago less one, where none is kept',
    asked(said(token('X'), 59_999), away),
    { cachedMs: 0 },
    'accepted',
    null
  ],
  [
    'an accepted token that has expired since',
    asked(said(token('X', { expiresAt: '2026-06-01T07:59:59Z' }), hour), away),
    {},
    'expired',
    null
  ],
  [
    'an answer before a push that names it no more',
    asked(said(token('X'), hour, 6), away),
    { unknownToken: 'refuse' },
    'invalid',
    null
  ],
  [
    'an answer before a push that cannot name all',
    asked(said(token('X'), hour, 6), { ...away, ...long }),
    { unknownToken: 'refuse' },
    'accepted',
    null
  ],
  [
    'a listed token, whatever was answered',
    asked(said(null, 0), { tokenUid: 'TAG-1' }),
    {},
    'accepted',
    null
  ],
  [
    'a blocked token, whatever was answered',
    asked(said(token('BLOCKED'), 0), { tokenUid: 'BLOCKED' }),
    {},
    'blocked',
    null
  ],
  [
    'a cached token that charges elsewhere',
    asked(said(token('X'), hour), { ...away, busyElsewhere: true }),
    {},
    'concurrent',
    null
  ],
  ['any token while nothing can be stored', { vouched: true, canRecord: false }, {}, 'invalid', null],
  [
    'any token at a charger that is not accepted',
    { vouched: true, chargerAccepted: false },
    {},
    'invalid',
    null
  ]
]
for (const [what, facts, given, status, maxEnergyWh] of table) {
  void test(`${what} is ${status}`, async (t) => {
    const verdict = decide(list, { ...question, ...facts }, { ...policy, ...given })
    t.match(verdict, { status, maxEnergyWh })
    t.ok(verdict.because.length > 0)
  })
}

void test('an answer is asked for again after a minute, a refusal after five seconds', async (t) => {
  const fresh = (known: Token | null, agoMs: number) => isFresh(said(known, agoMs), now, question.push)
  t.strictSame([fresh(token('X'), 59_999), fresh(token('X'), 60_000)], [true, false])
  t.strictSame([fresh(null, 4_999), fresh(null, 5_000)], [true, false])
  t.equal(fresh(token('X', { status: 'blocked' }), 5_000), false)
  const before = said(token('X'), 0, 6)
  t.equal(isFresh(before, now, question.push), false, 'a push has come since, and it counts no more')
  t.equal(isFresh(before, now, { version: 7, isWhole: false }), true)
})

void test('an answer that counts decides alone: the policy for unknown tokens is not asked', async (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom<Token['status'] | null>('accepted', 'blocked', 'expired', 'invalid', null),
      fc.integer({ min: 0, max: 48 * hour }),
      fc.constantFrom(6, 7),
      fc.boolean(),
      (status, agoMs, listVersion, isWhole) => {
        const answer = said(status && token('X', { status }), agoMs, listVersion)
        const facts = { ...question, ...asked(answer, away), push: { version: 7, isWhole } }
        const verdict = decide(list, facts, policy)
        const isOld = agoMs >= policy.cachedMs || (listVersion !== 7 && isWhole)
        if (isOld) return verdict.status === 'accepted' && verdict.maxEnergyWh === policy.maxEnergyWh
        return verdict.status === (status ?? 'invalid') && verdict.maxEnergyWh === null
      }
    )
  )
  t.pass()
})

void test('nobody blocked, expired or unrecordable is ever accepted, whatever else is so', async (t) => {
  fc.assert(
    fc.property(
      fc.record({
        vouched: fc.boolean(),
        cloudOnline: fc.boolean(),
        canRecord: fc.boolean(),
        chargerAccepted: fc.boolean(),
        busyElsewhere: fc.boolean()
      }),
      fc.constantFrom('BLOCKED', 'OLD', 'INVALID'),
      fc.constantFrom<Policy['unknownToken']>('refuse', 'accept-with-cap'),
      (facts, tokenUid, unknownToken) => {
        const { status } = decide(list, { ...question, ...facts, tokenUid }, { ...policy, unknownToken })
        return status !== 'accepted' || (facts.vouched && facts.canRecord && facts.chargerAccepted)
      }
    )
  )
  t.pass()
})

void test('the file wins over what was put locally, and that over the cloud', async (t) => {
  const sources = {
    file: [token('A')],
    local: [token('a', { status: 'blocked' }), token('B', { status: 'blocked' })],
    desired: [token('b'), token('C')]
  }
  const found = tokenList(sources)
  t.strictSame(
    ['A', 'B', 'c'].map((uid) => findToken(found, uid)?.status),
    ['accepted', 'blocked', 'accepted']
  )
  t.equal(found.size, 3)
})

void test('a session is stopped by its own token or by one of its group', async (t) => {
  const session = { tokenUid: 'FLEET-1', group: 'Fleet' }
  const known = (uid: string) => findToken(list, uid)
  t.strictSame(
    ['fleet-1', 'FLEET-2', 'TAG-1', 'X'].map((uid) => mayStop(known, session, uid)),
    [true, true, false, false]
  )
  t.equal(mayStop(known, { tokenUid: 'TAG-9', group: null }, 'TAG-1'), false)
})

const pending = (more: Partial<Pending> = {}): Pending => ({
  commandId: 'c',
  connector: 'CP-1:1:1',
  tokenUid: 'App',
  authorised: true,
  keptAt: '2026-06-01T07:59:00Z',
  expiresAt: '2026-06-01T08:00:00Z',
  ...more
})

void test('a start answers the order for its connector and token, the oldest that still waits', async (t) => {
  const start = { connector: 'CP-1:1:1', tokenUid: 'APP' }
  t.equal(answered([pending({ commandId: '1' }), pending({ commandId: '2' })], start, now)?.commandId, '1')
  t.equal(answered([pending({ connector: 'CP-1:1:2' }), pending({ tokenUid: 'B' })], start, now), undefined)
  t.equal(answered([pending()], start, now + 600_000)?.commandId, 'c', 'the cable may take ten minutes')
  t.equal(answered([pending()], start, now + 600_001), undefined)
  t.equal(
    answered([pending()], start, now - 360_001),
    undefined,
    'what began six minutes before is no answer'
  )
  t.strictSame([isOver(pending(), now + 600_001), isOver(pending(), now + 86_400_001)], [false, true])
})

void test('the cloud vouches at the charger that was ordered, not at one whose name begins alike', async (t) => {
  const asked = (chargerId: string) => isVouched([pending()], { chargerId, tokenUid: 'app' }, now)
  t.strictSame([asked('CP-1'), asked('CP-10'), asked('CP')], [true, false, false])
  t.equal(isVouched([pending({ authorised: false })], { chargerId: 'CP-1', tokenUid: 'app' }, now), false)
})
