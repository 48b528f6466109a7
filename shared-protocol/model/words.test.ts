import fc from 'fast-check'
import { test } from 'tap'
import {
  AlarmCode,
  Allocation,
  Charger,
  ChargerSecurity,
  Circuit,
  connectorKey,
  ConnectorKey,
  Grid,
  Identifier,
  Instant,
  LimitSource,
  LocalTime,
  readConnectorKey,
  RegisterReading,
  SentLimit,
  SiteLimit,
  TimeZone,
  Token
} from './index.ts'

type Schema = { safeParse(value: unknown): { readonly success: boolean } }

const words: [title: string, schema: Schema, good: readonly unknown[], odd: readonly unknown[]][] = [
  [
    'an identifier is safe in a URL, a subject and a file name',
    Identifier,
    ['a', 'CP16-1', 'demo_site', '0', 'x'.repeat(48)],
    ['', 'x'.repeat(49), 'a.b', 'a/b', '../a', 'a b', 'a*', '>', 'ä', 'a\n', 5, null]
  ],
  [
    'an instant is UTC and says so',
    Instant,
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678Z', '2028-02-29T00:00:00Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05+00:00', '2026-02-29T00:00:00Z', '2026-01-02', '24:00', 1]
  ],
  [
    'a time zone has a name, no offset',
    TimeZone,
    ['UTC', 'Asia/Shanghai', 'America/Argentina/Buenos_Aires', 'Etc/GMT+8'],
    ['', 'GMT+8', '+08:00', 'Asia/', 'Asia/Shanghai; drop', 'asia shanghai']
  ],
  [
    'a minute of the day goes from 00:00 to 24:00',
    LocalTime,
    ['00:00', '09:30', '23:59', '24:00'],
    ['24:01', '25:00', '9:30', '09:60', '0930', '']
  ],
  [
    'a source of limits is a small word',
    LimitSource,
    ['operator', 'grid-operator', 'dr2'],
    ['', 'Operator', '2dr', 'grid operator', 'x'.repeat(41)]
  ],
  [
    'a password is long enough for the standard, or not there',
    ChargerSecurity,
    [{ profile: 0 }, { profile: 1, password: 'x'.repeat(16) }, { profile: 3, password: 'x'.repeat(40) }],
    [{ profile: 1, password: 'x'.repeat(15) }, { profile: 1, password: 'x'.repeat(41) }, { profile: 4 }, {}]
  ],
  [
    'a circuit hangs somewhere and has three phases',
    Circuit,
    [
      { id: 'f', limitA: [32, 32, 32] },
      { id: 'f', parent: 'g', limitA: [0, 0, 0] }
    ],
    [
      { id: 'f', limitA: [32, 32] },
      { id: 'f', limitA: [32, 32, -1] },
      { id: 'f', limitA: 32 },
      { limitA: [1, 1, 1] }
    ]
  ],
  [
    'a grid connection has a fuse',
    Grid,
    [{ limitA: [63, 63, 63] }, { limitA: [63, 63, 63], voltageV: 120, baseLoadReserveW: 0, meter: 'm' }],
    [
      {},
      { limitA: [63, 63, 63], voltageV: 9 },
      { limitA: [63, 63, Infinity] },
      { limitA: [63, 63, 63], meter: '' }
    ]
  ],
  [
    'a token has a status that is known',
    Token,
    [
      { uid: 'TAG', status: 'accepted' },
      { uid: 'x'.repeat(36), status: 'blocked', group: null }
    ],
    [
      { uid: '', status: 'accepted' },
      { uid: 'x'.repeat(37), status: 'accepted' },
      { uid: 'TAG' },
      { uid: 'TAG', status: 'ok' }
    ]
  ],
  [
    'a register is whole watt-hours, of good faith unless said otherwise',
    RegisterReading,
    [
      { at: '2026-01-02T03:04:05Z', registerWh: 0 },
      { at: '2026-01-02T03:04:05Z', registerWh: -5, trust: 'implausible' }
    ],
    [{ at: '2026-01-02T03:04:05Z', registerWh: 0.5 }, { at: '2026-01-02T03:04:05Z' }, { registerWh: 1 }]
  ]
]

for (const [title, schema, good, odd] of words)
  void test(title, async (t) => {
    for (const each of good) t.ok(schema.safeParse(each).success, JSON.stringify(each))
    for (const each of odd) t.notOk(schema.safeParse(each).success, JSON.stringify(each))
  })

void test('a limit ends after it begins, to the millisecond and however the instants are written', async (t) => {
  const day = Date.UTC(2026, 0, 1)
  const instant = fc.tuple(fc.nat(3_000), fc.boolean()).map(([ms, short]) => {
    const text = new Date(day + ms).toISOString()
    return { ms, text: short && ms % 1000 === 0 ? text.replace('.000Z', 'Z') : text }
  })
  fc.assert(
    fc.property(instant, instant, (from, until) => {
      const limit = { source: 'operator', limitW: 0, reason: 'test', from: from.text, until: until.text }
      return SiteLimit.safeParse(limit).success === from.ms < until.ms
    })
  )
  t.notOk(
    SiteLimit.safeParse({
      source: 'operator',
      limitW: 0,
      reason: 'test',
      from: '2026-01-01T00:00:00.500Z',
      until: '2026-01-01T00:00:00Z'
    }).success
  )
  for (const odd of ['x', '2026-02-30T00:00:00Z'])
    t.notOk(
      SiteLimit.safeParse({ source: 'operator', limitW: 0, reason: 'test', from: odd, until: odd }).success
    )
})

const limit = { source: 'dr-peak', limitW: 1, reason: 'test' }
const said: { title: string; limit: object; sent: boolean; sound: boolean }[] = [
  { title: 'a plain one', limit, sent: true, sound: true },
  {
    title: 'an event with all its words',
    limit: { ...limit, siteId: 's', eventId: 'E 1', version: 0, randomiseStartS: 600 },
    sent: true,
    sound: true
  },
  {
    title: 'a cancelled event without a quantity',
    limit: { source: 'dr', reason: 'x', eventId: 'E', version: 2, cancelled: true },
    sent: true,
    sound: true
  },
  {
    title: 'an export alone',
    limit: { source: 'dr', reason: 'x', exportLimitW: 0 },
    sent: true,
    sound: true
  },
  {
    title: 'a week',
    limit: { ...limit, weekly: [{ days: [1, 7], from: '22:00', until: '06:00' }] },
    sent: true,
    sound: true
  },
  {
    title: 'a week that ends at 24:00',
    limit: { ...limit, weekly: [{ days: [3], from: '00:00', until: '24:00' }] },
    sent: true,
    sound: true
  },
  {
    title: 'an eighth day',
    limit: { ...limit, weekly: [{ days: [8], from: '22:00', until: '06:00' }] },
    sent: false,
    sound: false
  },
  {
    title: 'a week without a day',
    limit: { ...limit, weekly: [{ days: [], from: '22:00', until: '06:00' }] },
    sent: false,
    sound: false
  },
  { title: 'half a version', limit: { ...limit, version: 1.5 }, sent: false, sound: false },
  {
    title: 'a random start of more than a day',
    limit: { ...limit, randomiseStartS: 86_401 },
    sent: false,
    sound: false
  },
  { title: 'an unknown field', limit: { ...limit, colour: 'red' }, sent: false, sound: false },
  { title: 'negative watts', limit: { ...limit, limitW: -1 }, sent: true, sound: false },
  { title: 'nothing at all', limit: { source: 'dr', reason: 'x' }, sent: true, sound: false },
  {
    title: 'its end before its begin',
    limit: { ...limit, from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' },
    sent: true,
    sound: false
  },
  { title: 'watts as text', limit: { ...limit, limitW: '1' }, sent: false, sound: false }
]

for (const { title, limit: each, sent, sound } of said)
  void test(`a limit, ${title}: ${sent ? 'can be judged' : 'cannot be read'}, ${sound ? 'makes sense' : 'makes none'}`, async (t) => {
    t.equal(SentLimit.safeParse(each).success, sent)
    t.equal(SiteLimit.safeParse(each).success, sound)
  })

void test('a connector key that is one can be read, and one that is none throws a RangeError', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w:-]{1,60}$/)), (text) => {
      const isKey = ConnectorKey.safeParse(text).success
      try {
        return readConnectorKey(text).chargerId === text.split(':')[0] && isKey
      } catch (cause) {
        return !isKey && cause instanceof RangeError
      }
    })
  )
  t.equal(connectorKey({ chargerId: 'CP1', evseId: 2, connectorId: 1 }), 'CP1:2:1')
})

const charger = {
  id: 'CP1',
  protocol: 'ocpp1.6',
  identity: 'CP1',
  evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
}
const chargers: [title: string, change: object][] = [
  ['a protocol that nobody speaks', { protocol: 'ocpp1.5' }],
  ['an identity with a slash', { identity: 'a/b' }],
  ['an identity with a colon, which basic authentication cannot carry', { identity: 'a:b' }],
  ['no EVSE', { evses: [] }],
  ['an EVSE without a connector', { evses: [{ id: 1, connectors: [] }] }],
  [
    'connector 0, which is the station',
    { evses: [{ id: 1, connectors: [{ id: 0, type: 'type2', maxPowerW: 7000 }] }] }
  ],
  [
    'a plug that does not exist',
    { evses: [{ id: 1, connectors: [{ id: 1, type: 'type3', maxPowerW: 7000 }] }] }
  ],
  ['a power of nothing', { evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 0 }] }] }],
  ['a rotation with a phase twice', { phaseRotation: 'RRS' }],
  ['a fallback below nothing', { fallbackA: -1 }],
  ['a word too many', { colour: 'red' }]
]

void test('the charger of the example is one', async (t) => t.ok(Charger.safeParse(charger).success))
for (const [title, change] of chargers)
  void test(`no charger: ${title}`, async (t) => {
    t.notOk(Charger.safeParse({ ...charger, ...change }).success)
  })

void test('an allocation says of everybody how much and why', async (t) => {
  const share = {
    chargerId: 'CP1',
    evseId: 1,
    connectorId: 1,
    limitMilliA: 0,
    committedMilliA: 6000,
    powerW: null,
    limitW: 0,
    reason: 'waits'
  }
  const allocation = {
    at: '2026-01-02T03:04:05Z',
    limitMilliA: [32_000, 32_000, 32_000],
    limitW: 22_080,
    limitReason: 'wiring',
    limits: [],
    baseLoadW: 0,
    siteW: null,
    meter: 'none',
    missingW: 0,
    connectors: [share]
  }
  t.ok(Allocation.safeParse(allocation).success)
  const { reason: _why, ...silent } = share
  t.notOk(Allocation.safeParse({ ...allocation, connectors: [silent] }).success)
  t.notOk(Allocation.safeParse({ ...allocation, missingW: -1 }).success)
})

void test('alarm codes are words that a runbook can have as headings, each once', async (t) => {
  t.equal(new Set(AlarmCode.options).size, AlarmCode.options.length)
  for (const code of AlarmCode.options) t.match(code, /^[a-z]+(-[a-z]+)+$/)
})
