import fc from 'fast-check'
import { test } from 'tap'
import type { Token } from '@nova/shared-protocol/model'
import {
  answered,
  decide,
  findToken,
  isOver,
  isVouched,
  mayStop,
  tokenList,
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
  cloudOnline: true,
  canRecord: true,
  chargerAccepted: true,
  busyElsewhere: false
}
const policy: Policy = { unknownToken: 'accept-with-cap', maxEnergyWh: 30_000, concurrent: 'refuse' }

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
  ['any token while nothing can be stored', { vouched: true, canRecord: false }, {}, 'invalid', null],
  [
    'any token at a charger that is not accepted',
    { vouched: true, chargerAccepted: false },
    {},
    'invalid',
    null
  ]
]
for (const [what, asked, given, status, maxEnergyWh] of table) {
  void test(`${what} is ${status}`, async (t) => {
    const verdict = decide(list, { ...question, ...asked }, { ...policy, ...given })
    t.match(verdict, { status, maxEnergyWh })
    t.ok(verdict.because.length > 0)
  })
}

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
  t.strictSame(
    ['fleet-1', 'FLEET-2', 'TAG-1', 'X'].map((uid) => mayStop(list, session, uid)),
    [true, true, false, false]
  )
  t.equal(mayStop(list, { tokenUid: 'TAG-9', group: null }, 'TAG-1'), false)
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
