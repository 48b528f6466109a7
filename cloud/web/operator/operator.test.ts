import fc from 'fast-check'
import { test } from 'tap'
import { partLinesOf, rowsOf } from './charts/history.ts'
import { buildingOf, livePowerOf, readPower, type Allocation } from './charts/live-power.ts'
import { joined, powerOption, stepsOf as limitSteps, withRow, type PowerRow } from './charts/power.ts'
import { powerOf, sessionOption, stretchesOf, withEnds } from './charts/session-curve.ts'
import { passwordFrom } from './chargers/password.ts'
import { readPayload, templates } from './commands/templates.ts'
import { sumsOf } from './ledger/sums.ts'
import { limitSteps as limitsOfSession, stepsOf } from './session/steps.ts'
import { consequenceOf } from './site/consequence.ts'
import { usable } from './tariffs/draft.ts'
import { enBooks } from './words-books.en.ts'
import { zhBooks } from './words-books.zh.ts'
import { enDesk } from './words-desk.en.ts'
import { zhDesk } from './words-desk.zh.ts'
import { enAllMoney, zhAllMoney } from './words-all-money.ts'
import { en } from './words.en.ts'
import { zh } from './words.zh.ts'

const car = (chargerId: string, powerW: number | null) => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  limitMilliA: 16_000,
  committedMilliA: 16_000,
  powerW,
  limitW: 11_000,
  reason: ''
})
const allocation: Allocation = {
  at: '2026-11-21T04:00:00Z',
  limitMilliA: [100_000, 100_000, 100_000],
  limitW: 60_000,
  limitReason: 'contract',
  limits: [],
  baseLoadW: 20_000,
  siteW: 40_000,
  meter: 'good',
  missingW: 0,
  connectors: [car('A', 11_000), car('B', 9_000), car('C', null)]
}

const consequences = [
  { limitW: 50_000, tells: { kind: 'none', headroomW: 10_000 } },
  { limitW: 30_000, tells: { kind: 'less', cutW: 10_000, leftW: 10_000, cars: 2 } },
  { limitW: 20_000, tells: { kind: 'pause', cars: 2, baseLoadW: 20_000 } },
  { limitW: 90_000, tells: { kind: 'none', headroomW: 20_000 } }
]
for (const { limitW, tells } of consequences)
  void test(`a limit of ${limitW} W beforehand: ${tells.kind}`, async (t) => {
    t.match(consequenceOf(allocation, limitW), tells)
  })

void test('without a reading nothing is foretold', async (t) => {
  t.match(consequenceOf({ ...allocation, siteW: null }, 1), { kind: 'unknown' })
  t.match(consequenceOf(undefined, 1), { kind: 'unknown' })
})

void test('the building is what the meter shows beyond the cars, else what is reserved', async (t) => {
  t.strictSame(buildingOf(allocation), { watts: 20_000, measured: true })
  t.strictSame(buildingOf({ ...allocation, siteW: 25_000 }), { watts: 5_000, measured: true })
  t.strictSame(buildingOf({ ...allocation, meter: 'silent' }), { watts: 20_000, measured: false })
  t.match(readPower(JSON.stringify({ siteId: 's', allocation })), {
    siteId: 's',
    row: { connectors: { 'A:1:1': 11_000, 'C:1:1': null } }
  })
  t.equal(readPower('{}'), null)
})

const row = (at: number, limitW = 60_000, reason = 'contract'): PowerRow => ({
  ...livePowerOf('s', allocation).row,
  at,
  limitW,
  reason
})

void test('a hole in the data is a hole in the picture', async (t) => {
  const rows = joined([row(0), row(60_000), row(400_000)], [row(1_000_000), row(1_001_000), row(1_100_000)])
  t.strictSame(
    rows.map(({ at, siteW }) => (siteW === null ? 'hole' : at)),
    [0, 60_000, 'hole', 400_000, 'hole', 1_000_000, 1_001_000, 'hole', 1_100_000]
  )
})

void test('live rows stay in order and within half an hour', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 60 }), (instants) => {
      const rows = instants.reduce<readonly PowerRow[]>((all, at) => withRow(all, row(at)), [])
      const last = rows.at(-1)?.at ?? 0
      return rows.every(
        ({ at }, index) => at > last - 1_800_000 - 1 && (index === 0 || at > (rows[index - 1]?.at ?? 0))
      )
    })
  )
  t.strictSame(
    limitSteps([row(1), row(2), row(3, 20_000), row(4, 20_000, 'operator')]).map(({ at }) => at),
    [1, 3, 4]
  )
})

const ink = {
  ink: '',
  ink2: '',
  ink3: '',
  line: '',
  card: '',
  accent: '',
  busy: '',
  wait: '',
  fault: '',
  off: '',
  free: ''
}

void test('the stack holds the building, who draws, and the limit as a stepped line', async (t) => {
  const words = { limit: 'Limit', base: 'Building', name: (connector: string) => connector }
  const option = powerOption([row(1), row(2)], words, { ink, language: 'en', zone: undefined })
  t.match(option['series'], [
    { name: 'Building' },
    { name: 'A:1:1', stack: 'power' },
    { name: 'B:1:1' },
    { name: 'Limit', step: 'end' }
  ])
})

void test('history becomes rows: building from the meter, the limit from its last step', async (t) => {
  const at = '2026-11-21T04:00:00Z'
  const point = (powerW: number) => ({ at, powerW, lowestW: powerW, highestW: powerW, limitW: null })
  const rows = rowsOf({
    siteId: 's',
    from: at,
    to: '2026-11-21T04:10:00Z',
    resolution: '1m',
    series: [
      { source: 'A:1:1', kind: 'connector', points: [point(7_000)] },
      { source: 'grid-meter', kind: 'meter', points: [point(10_000)] }
    ],
    limits: [{ at: '2026-11-21T03:00:00Z', limitW: 50_000, reason: 'contract', valid: [] }]
  })
  t.match(rows, [{ siteW: 10_000, baseLoadW: 3_000, limitW: 50_000, connectors: { 'A:1:1': 7_000 } }])
})

void test('what batteries and the sun do is no building’s draw, and is a line of its own', async (t) => {
  const at = '2026-11-21T04:00:00Z'
  const point = (powerW: number) => ({ at, powerW, lowestW: powerW, highestW: powerW, limitW: null })
  const power = {
    siteId: 's',
    from: at,
    to: '2026-11-21T04:10:00Z',
    resolution: '1m',
    series: [
      { source: 'A:1:1', kind: 'connector' as const, points: [point(7_000)] },
      { source: 'grid-meter', kind: 'meter' as const, points: [point(4_000)] },
      { source: 'roof', kind: 'pv' as const, points: [point(-6_000)] }
    ],
    limits: []
  }
  const rows = rowsOf(power)
  t.match(rows, [{ siteW: 4_000, baseLoadW: 3_000, connectors: { 'A:1:1': 7_000 } }]) // 4 - 7 + 6 kW.
  const lines = partLinesOf(power)
  t.strictSame(lines, [{ name: 'roof', points: [[Date.parse(at), -6_000]] }])
  const words = { limit: 'Limit', base: 'Building', name: (connector: string) => connector }
  const option = powerOption(rows, words, { ink, language: 'en', zone: undefined }, lines)
  t.match(option['series'], [{ name: 'Building' }, {}, { name: 'roof', data: [[Date.parse(at), -6]] }, {}])
})

void test('one charger that is silent for a minute tears no hole into the stack, an hour does', async (t) => {
  const minutes = [0, 1, 2, 3].map((minute) => `2026-11-21T04:0${minute}:00Z`)
  const point = (at: string, powerW: number) => ({
    at,
    powerW,
    lowestW: powerW,
    highestW: powerW,
    limitW: null
  })
  const rows = rowsOf({
    siteId: 's',
    from: minutes[0] ?? '',
    to: '2026-11-21T04:10:00Z',
    resolution: '1m',
    series: [
      {
        source: 'A:1:1',
        kind: 'connector',
        points: minutes.slice(0, 3).flatMap((at, n) => (n === 1 ? [] : [point(at, 7_000)]))
      },
      { source: 'grid-meter', kind: 'meter', points: minutes.map((at) => point(at, 10_000)) }
    ],
    limits: []
  })
  t.strictSame(
    rows.map(({ connectors }) => connectors['A:1:1']),
    [7_000, 7_000, 7_000, undefined]
  )
  t.strictSame(
    rows.map(({ baseLoadW }) => baseLoadW),
    [3_000, 3_000, 3_000, 10_000]
  )
  const words = { limit: 'Limit', base: 'Building', name: (connector: string) => connector }
  const holed = joined(rows, [row(Date.parse('2026-11-21T05:00:00Z'))])
  const option = powerOption(holed, words, { ink, language: 'en', zone: undefined })
  const [, car] = option['series'] as { data: [number, number | null][] }[]
  t.strictSame(
    car?.data.map(([, value]) => value),
    [7, 7, 7, 0, null, 11]
  )
})

void test('a minute in which the limit changed is measured by the higher one, both ways', async (t) => {
  const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 21, 4, minute, second)).toISOString()
  const points = [0, 1, 2, 3, 4].map((minute) => ({
    at: at(minute),
    powerW: 1,
    lowestW: 1,
    highestW: 1,
    limitW: null
  }))
  const step = (when: string, limitW: number) => ({ at: when, limitW, reason: '', valid: [] })
  const rows = rowsOf({
    siteId: 's',
    from: at(0),
    to: at(10),
    resolution: '1m',
    series: [{ source: 'grid-meter', kind: 'meter', points }],
    limits: [step(at(0), 80_000), step(at(1, 30), 50_000), step(at(3, 30), 80_000)]
  })
  t.strictSame(
    rows.map(({ limitW }) => limitW),
    [80_000, 80_000, 50_000, 80_000, 80_000]
  )
})

const start = Date.parse('2026-11-21T13:50:00Z') // 21:50 in Shanghai.
const plan = {
  currency: 'CNY',
  segments: [
    { name: 'peak', start: '18:00', end: '22:00', electricityPrice: '1', servicePrice: '0' },
    { name: 'valley', start: '22:00', end: '18:00', electricityPrice: '0.5', servicePrice: '0' }
  ]
}

void test('price bands are cut at the minute they change on the site’s clock', async (t) => {
  const cut = stretchesOf(plan, 'Asia/Shanghai', start, start + 1_200_000)
  t.strictSame(
    cut.map(({ from, until, band }) => [from - start, until - start, band.name]),
    [
      [0, 600_000, 'peak'],
      [600_000, 1_200_000, 'valley']
    ]
  )
})

void test('power comes from samples, else as the mean between registers', async (t) => {
  const registers = [
    { at: 0, registerWh: 0 },
    { at: 3_600_000, registerWh: 7_000 }
  ]
  t.strictSame(powerOf(registers, []), [
    { at: 0, powerW: 7_000 },
    { at: 3_600_000, powerW: 7_000 }
  ])
  t.strictSame(
    powerOf(registers, [
      { at: 0, powerW: 5 },
      { at: 600_000, powerW: 6 }
    ]).map(({ powerW }) => powerW),
    [5, null, 6]
  )
  const ends = {
    startedAt: '1970-01-01T00:00:00Z',
    endedAt: '1970-01-01T00:01:00Z',
    meterStartWh: 1,
    meterStopWh: 9
  }
  t.strictSame(
    withEnds(ends, [{ at: 30_000, registerWh: 5 }]).map(({ registerWh }) => registerWh),
    [1, 5, 9]
  )
  const words = { power: 'P', register: 'E', price: () => '' }
  const option = sessionOption({ registers, samples: [] }, [], {
    ink,
    language: 'en',
    zone: undefined,
    words
  })
  t.match(option['series'], [
    { name: 'P' },
    {
      name: 'E',
      data: [
        [0, 0],
        [3_600_000, 7]
      ]
    }
  ])
})

void test('a session’s story is told in the order of time', async (t) => {
  const told = stepsOf({
    samples: [
      { at: '2026-01-01T00:00:10Z', limitMilliA: 16_000 },
      { at: '2026-01-01T00:01:10Z', limitMilliA: 16_200 },
      { at: '2026-01-01T00:02:10Z', limitMilliA: null },
      { at: '2026-01-01T00:40:00Z', limitMilliA: 8_000 }
    ],
    commands: [
      {
        issuedAt: '2026-01-01T00:00:01.5Z',
        action: 'start',
        issuer: 'driver:d',
        payload: { sessionId: 's' }
      },
      { issuedAt: '2026-01-01T00:00:03Z', action: 'stop', issuer: 'x', payload: { sessionId: 'other' } },
      { issuedAt: '2026-01-01T00:00:03Z', action: 'reset', issuer: 'x', payload: null }
    ],
    session: {
      id: 's',
      createdAt: '2026-01-01T00:00:00Z',
      driverId: 'd',
      tokenUid: 'T',
      startedAt: '2026-01-01T00:00:02Z',
      endedAt: '2026-01-01T01:00:00Z',
      stopReason: 'local',
      status: 'ended',
      failure: null
    },
    payments: [
      { createdAt: '2026-01-01T00:00:01Z', status: 'captured', held: { currency: 'CNY', amountMinor: 1 } }
    ],
    reviews: [
      {
        raisedAt: '2026-01-01T00:30:00Z',
        reason: 'register-jump',
        detail: '',
        resolvedAt: '2026-01-02T00:00:00Z',
        note: 'ok'
      }
    ],
    bill: { issuedAt: '2026-01-02T00:00:01Z', number: '1', total: { currency: 'CNY', amountMinor: 1 } }
  })
  t.strictSame(
    told.map(({ kind }) => kind),
    ['requested', 'held', 'ordered', 'started', 'limit', 'review', 'limit', 'ended', 'resolved', 'billed']
  )
  t.strictSame(
    told.flatMap(({ milliA }) => milliA ?? []),
    [16_000, 8_000],
    'small steps of the limit are left out'
  )
  const many = Array.from({ length: 500 }, (_, n) => ({
    at: '2026-01-01T00:00:00Z',
    limitMilliA: n * 1_000
  }))
  t.equal(limitsOfSession({ samples: many }).length, 60)
})

void test('entries sum by currency; a password is drawn fairly and never short', async (t) => {
  const entry = (currency: string, amountMinor: number) => ({ amount: { currency, amountMinor } })
  t.strictSame(sumsOf([entry('CNY', 5), entry('EUR', 1), entry('CNY', -5)]), [
    { currency: 'CNY', amountMinor: 0 },
    { currency: 'EUR', amountMinor: 1 }
  ])
  t.match(passwordFrom(new Uint8Array(96).map((_, index) => index * 2)), /^[A-HJ-NP-Za-km-z2-9]{24}$/)
  t.throws(() => passwordFrom(new Uint8Array(3)), RangeError)
})

void test('each command’s template is a JSON object; half-typed text is none', async (t) => {
  for (const { action, payload } of templates) t.ok(readPayload(JSON.stringify(payload('A:1:1'))), action)
  for (const odd of ['', '{', '[]', '3', 'null']) t.equal(readPayload(odd), undefined)
  t.strictSame(
    usable([{ start: '00:00', end: '24:00', electricityPrice: '1', servicePrice: '0' }, { start: '1' }])
      .length,
    1
  )
})

void test('every sentence there is in English there is in Chinese, with the same blanks', async (t) => {
  const blanks = (sentence: string) =>
    [...sentence.matchAll(/\{\{(\w+)\}\}/g)]
      .map(([, name = '']) => name)
      .toSorted((a, b) => a.localeCompare(b))
  const pairs: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
    [en, zh],
    [enDesk, zhDesk],
    [enBooks, zhBooks],
    [enAllMoney, zhAllMoney]
  ]
  for (const [english, chinese] of pairs)
    for (const [word, sentence] of Object.entries(english))
      t.strictSame(blanks(chinese[word] ?? ''), blanks(sentence), word)
})
