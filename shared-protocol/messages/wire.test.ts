import fc from 'fast-check'
import { test } from 'tap'
import {
  chainStart,
  chainText,
  commandText,
  CommandAnswer,
  Durable,
  everySite,
  Frame,
  HelloAnswer,
  LiveConnectors,
  LivePower,
  LiveState,
  maxEventsPerFrame,
  orderPayloads,
  readOrder,
  siteOf,
  subjects,
  type Action,
  type EdgeEvent
} from './index.ts'

const at = '2026-03-01T08:00:00Z'
const id = '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5b'
const identifier = fc.stringMatching(/^[A-Za-z0-9_-]{1,48}$/)

/** As NATS matches: `*` is one word, `>` is one word or more. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, words] = [pattern.split('.'), subject.split('.')]
  const open = wanted.at(-1) === '>'
  if (open ? words.length < wanted.length : words.length !== wanted.length) return false
  return wanted.every((each, index) => each === '>' || each === '*' || each === words[index])
}

void test('what any site sends up is heard by the cloud under that site’s name, and nothing else is', async (t) => {
  fc.assert(
    fc.property(identifier, (site) => {
      const up = {
        frame: subjects.frame(site),
        hello: subjects.hello(site),
        token: subjects.token(site),
        live: subjects.live(site, 'power')
      }
      const down = [subjects.durable(site), subjects.command(site), subjects.desired(site)]
      return (
        (['frame', 'hello', 'token', 'live'] as const).every((each) =>
          Object.entries(up).every(([name, subject]) => matches(everySite[each], subject) === (name === each))
        ) &&
        down.every((subject) => !Object.values(everySite).some((pattern) => matches(pattern, subject))) &&
        [...Object.values(up), ...down].every((subject) => siteOf(subject) === site)
      )
    })
  )
  t.equal(subjects.domain(7, 'billing', 'issued'), 'nova.v1.7.billing.issued')
  t.equal(siteOf(subjects.domain(7, 'billing', 'issued')), undefined)
  t.equal(siteOf(subjects.dead('billing')), undefined)
})

const event: fc.Arbitrary<EdgeEvent> = fc.tuple(
  fc.integer({ min: 1, max: 1_000_000 }),
  fc.stringMatching(/^[ -~]{1,40}$/),
  fc.jsonValue().map((value) => JSON.stringify({ value }))
)

void test('two different events never have the same text under the chain', async (t) => {
  fc.assert(
    fc.property(event, event, (one, other) => {
      const same = one.every((part, index) => part === other[index])
      return (chainText(chainStart, one) === chainText(chainStart, other)) === same
    })
  )
  t.pass()
})

const frame = (count: number, body = '{}') => ({
  v: 1,
  site: 'demo-site',
  epoch: 1,
  lane: 'facts',
  first: 1,
  last: count,
  before: chainStart,
  hash: 'a'.repeat(64),
  sentAt: at,
  events: Array.from({ length: count }, (_, index) => [index + 1, `key-${index}`, body])
})

const frames: [title: string, frame: object, taken: boolean][] = [
  ['one event', frame(1), true],
  ['as many as are allowed', frame(maxEventsPerFrame), true],
  ['one too many', frame(maxEventsPerFrame + 1), false],
  ['none', { ...frame(1), events: [] }, false],
  ['the longest body', frame(1, 'x'.repeat(200_000)), true],
  ['a longer body', frame(1, 'x'.repeat(200_001)), false],
  ['a lane that is not there', { ...frame(1), lane: 'live' }, false],
  ['an epoch that nobody grants', { ...frame(1), epoch: 0 }, false],
  ['a sequence before the first', { ...frame(1), events: [[0, 'key', '{}']] }, false],
  ['a hash in capitals', { ...frame(1), hash: 'A'.repeat(64) }, false],
  ['another version', { ...frame(1), v: 2 }, false],
  ['a word too many', { ...frame(1), urgent: true }, false]
]

for (const [title, given, taken] of frames)
  void test(`a frame with ${title} is ${taken ? 'taken' : 'refused'}`, async (t) => {
    t.equal(Frame.safeParse(given).success, taken)
  })

const down: [
  title: string,
  schema: { safeParse(value: unknown): { success: boolean } },
  value: object,
  taken: boolean
][] = [
  ['durable up to N', Durable, { v: 1, site: 's', epoch: 1, lane: 'facts', sequence: 0 }, true],
  [
    'a gap is asked for',
    Durable,
    { v: 1, site: 's', epoch: 1, lane: 'facts', sequence: 4, resendFrom: 5 },
    true
  ],
  ['durable up to nothing sane', Durable, { v: 1, site: 's', epoch: 1, lane: 'facts', sequence: -1 }, false],
  ['JetStream’s own acknowledgement', Durable, { stream: 'FRAMES', seq: 12 }, false],
  [
    'a refusal with its code',
    HelloAnswer,
    { kind: 'refused', v: 1, code: 'fenced', detail: 'younger' },
    true
  ],
  ['a refusal of an unknown kind', HelloAnswer, { kind: 'refused', v: 1, code: 'tired', detail: '' }, false],
  [
    'a welcome without an epoch',
    HelloAnswer,
    { kind: 'welcome', v: 1, site: 's', at, durable: { facts: 0, history: 0 } },
    false
  ],
  ['an answer to a command', CommandAnswer, { v: 1, id, status: 'rejected', error: 'Occupied' }, true],
  ['an answer to no command', CommandAnswer, { v: 1, id: 'x', status: 'rejected' }, false]
]

for (const [title, schema, value, taken] of down)
  void test(`${title}: ${taken ? 'taken' : 'refused'}`, async (t) => {
    t.equal(schema.safeParse(value).success, taken)
  })

void test('live values: unknown is null and said, never left out', async (t) => {
  const connector = {
    chargerId: 'CP1',
    evseId: 1,
    connectorId: 1,
    status: 'charging',
    errorCode: null,
    sessionId: id,
    tokenUid: 'TAG',
    powerW: null,
    energyWh: null,
    costMinor: null,
    socPercent: null,
    limitW: null,
    limitReason: null,
    updatedAt: at
  }
  const head = { v: 1, site: 's', at }
  t.ok(LiveConnectors.safeParse({ ...head, connectors: [connector] }).success)
  const { powerW: _unknown, ...without } = connector
  t.notOk(LiveConnectors.safeParse({ ...head, connectors: [without] }).success)
  t.notOk(LivePower.safeParse({ ...head }).success)
  const lane = { first: 1, last: 5, durable: 3 }
  const state = {
    epoch: 2,
    version: '0.1.0',
    startedAt: at,
    outbox: { facts: lane, history: lane },
    alarms: 0
  }
  t.ok(
    LiveState.safeParse({ ...head, ...state, desired: { chargers: 1, tokens: 0, limits: 0, tariffs: 2 } })
      .success
  )
})

/** A payload for each action that says no more than it has to. */
const payloads: { readonly [Name in Action]: object } = {
  start: { connector: 'CP1:1:1', tokenUid: 'TAG' },
  stop: { transactionId: '4711' },
  unlock: { connector: 'CP1:1:1' },
  reset: {},
  setLimit: { connector: 'CP1:1:1', limitA: 10 },
  clearLimit: { connector: 'CP1:1:1' },
  setAvailability: { available: false },
  reserve: { connector: 'CP1:1:1', reservationId: 1, tokenUid: 'TAG', expiresAt: at },
  cancelReservation: { reservationId: 1 },
  updateFirmware: { location: 'https://firmware.test/1.bin', retrieveAt: at },
  getDiagnostics: { location: 'ftp://files.test/' },
  getConfiguration: {},
  setConfiguration: { key: 'HeartbeatInterval', value: '300' },
  trigger: { message: 'StatusNotification' },
  trust: {},
  lockGround: { connector: 'CP1:1:1' },
  unlockGround: { connector: 'CP1:1:1' }
}

for (const [action, payload] of Object.entries(payloads))
  void test(`${action} is read from its fewest words, and bears no word that it does not know`, async (t) => {
    t.match(readOrder(action, payload), { order: { action, payload } })
    t.match(readOrder(action, { ...payload, perhaps: 1 }), { problem: /perhaps/ })
    t.match(readOrder(action, null), { problem: /payload/ })
  })

void test('every action has its example', async (t) => {
  t.strictSame(Object.keys(payloads).toSorted(), Object.keys(orderPayloads).toSorted())
})

void test('no action and no payload makes the reader throw', async (t) => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom(...Object.keys(orderPayloads))),
      fc.jsonValue(),
      (action, payload) => {
        const read = readOrder(action, payload)
        return 'order' in read || read.problem.length > 0
      }
    )
  )
  t.pass()
})

void test('what is signed does not depend on the order in which the fields came', async (t) => {
  const command = {
    v: 1 as const,
    id,
    site: 's',
    epoch: 1,
    counter: 1,
    issuer: 'x',
    issuedAt: at,
    expiresAt: at,
    chargerId: 'CP1',
    action: 'reset',
    payload: { type: 'soft' }
  }
  const turned = Object.fromEntries(Object.entries(command).toReversed()) as typeof command
  t.equal(commandText(turned), commandText(command))
})
