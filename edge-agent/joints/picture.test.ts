import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { AskAnswer, type WhatIf } from '@nova/shared-protocol/messages'
import type { Allocation, PowerPicture } from '@nova/shared-protocol/model'
import { answerQuestion, pictureNow, pictureTeller, type Foresight } from './picture.ts'
import type { Rooms } from './rooms.ts'

const at = '2026-01-01T00:00:00Z'
const allocation: Allocation = {
  at,
  limitMilliA: [63_000, 63_000, 63_000],
  limitW: 43_470,
  limitReason: 'grid L1',
  limits: [],
  baseLoadW: 0,
  siteW: 2_300,
  meter: 'good',
  missingW: 0,
  connectors: []
}
const pictureAt = (limitMilliA: number): PowerPicture => ({
  at,
  nodes: [
    {
      id: 'grid',
      parent: null,
      limitMilliA: [limitMilliA, limitMilliA, limitMilliA],
      loadMilliA: null,
      committedMilliA: [0, 0, 0],
      because: ''
    }
  ],
  limits: [],
  forecast: []
})

function roomsWith(
  loop: (Partial<Foresight> & { allocation(): Allocation | null }) | null,
  nowMs = () => 0
): Rooms {
  const parts = {
    settings: {
      site: { id: 'site-a' },
      grid: { limitA: [63, 63, 63], voltageV: 230, meter: 'm' },
      circuits: []
    },
    state: { wanted: () => ({ limits: [] }) },
    intake: { chargers: () => [] },
    clock: { instant: () => at, monotonicMs: nowMs },
    meters: [{ id: 'm', driver: { latest: () => ({ reading: { currentMilliA: [10_000, 0, 0] } }) } }],
    loop
  }
  return parts as unknown as Rooms
}

const asked = (whatIf: unknown, site = 'site-a') =>
  new TextEncoder().encode(JSON.stringify({ v: 1, id: randomUUID(), site, kind: 'power-preview', whatIf }))
const said = (text: string | null) => AskAnswer.parse(JSON.parse(text ?? 'null'))

void test('before the first decision there is no picture; then its loads are those of a meter that is believed', async (t) => {
  t.equal(pictureNow(roomsWith(null)), null)
  t.equal(pictureNow(roomsWith({ allocation: () => null })), null)
  t.match(pictureNow(roomsWith({ allocation: () => allocation })), {
    nodes: [{ loadMilliA: [10_000, 0, 0] }]
  })
  const silent = roomsWith({ allocation: () => ({ ...allocation, meter: 'silent' }) })
  t.equal(pictureNow(silent)?.nodes[0]?.loadMilliA, null)
})

void test('whoever plans ahead makes the picture', async (t) => {
  const rooms = roomsWith({ allocation: () => allocation, picture: () => pictureAt(7) })
  t.strictSame(pictureNow(rooms), pictureAt(7))
})

void test('a picture is told when it is news', async (t) => {
  let nowMs = 0
  let picture = pictureAt(7)
  const tell = pictureTeller(roomsWith({ allocation: () => allocation, picture: () => picture }, () => nowMs))
  t.ok(tell())
  nowMs = 2_000
  t.equal(tell(), null)
  picture = pictureAt(6)
  t.strictSame(tell(), picture)
})

void test('"what if" is answered with both plans, with why not, or that nobody here plans ahead', async (t) => {
  const heard: WhatIf[] = []
  const able = roomsWith({
    allocation: () => allocation,
    preview: (whatIf) => {
      heard.push(whatIf)
      return { before: pictureAt(9), after: pictureAt(3) }
    }
  })
  const limits = [{ source: 'operator', limitA: 3, reason: 'what if' }]
  t.match(said(await answerQuestion(able, asked({ limits }))), {
    ok: true,
    preview: { before: pictureAt(9), after: pictureAt(3) }
  })
  t.strictSame(heard, [
    { limits: [{ source: 'operator', limitA: [3, 3, 3], reason: 'what if' }], lifted: [] }
  ])
  const strict = roomsWith({ allocation: () => allocation, preview: () => ({ refused: 'in the past' }) })
  t.match(said(await answerQuestion(strict, asked({ limits }))), {
    ok: false,
    fault: 'refused',
    detail: 'in the past'
  })
  const plain = roomsWith({ allocation: () => allocation })
  t.match(said(await answerQuestion(plain, asked({ limits }))), { ok: false, fault: 'unknown' })
})

const noise: readonly (readonly [string, Uint8Array])[] = [
  ['no JSON', new TextEncoder().encode('what')],
  ['another site', asked({ limits: [] }, 'site-b')],
  ['a limit in kilowatts', asked({ limits: [{ source: 'operator', limitKw: 5, reason: 'x' }] })]
]
for (const [name, bytes] of noise)
  void test(`${name} is not answered`, async (t) => {
    t.equal(await answerQuestion(roomsWith(null), bytes), null)
  })
