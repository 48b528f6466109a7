import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { AskAnswer } from '@nova/shared-protocol/messages'
import type { Allocation, SiteLimit } from '@nova/shared-protocol/model'
import { effectiveLimit, equalShare, networkOf, treeOf, type PowerSite } from '../core/allocator/index.ts'
import { timelineOf } from '../core/limits/index.ts'
import type { Sight } from '../core/picture/index.ts'
import { answerQuestion, pictureNow, pictureTeller } from './picture.ts'
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
const site = {
  grid: { limitA: [63, 63, 63] as const, voltageV: 230, baseLoadReserveW: 0 },
  circuits: [],
  chargers: [],
  failsafe: { limitW: null, cloudSilentSeconds: 60, meterSilentSeconds: 10 },
  timeZone: 'UTC'
} as unknown as PowerSite

/** A site without chargers, as the loop has last seen it. */
function sightOf(limits: readonly SiteLimit[]): Sight {
  const tree = treeOf(site)
  const network = networkOf(tree, effectiveLimit(site, limits, { instant: at, timeZone: 'UTC' }), 230)
  const scene = {
    tree,
    network,
    base: [0, 0, 0] as const,
    seats: [],
    nowMs: 0,
    settling: false,
    strategy: equalShare
  }
  return { instant: at, site, scene, limits, voltageV: 230 }
}

const nowUnixMs = Date.parse(at)
const look = {
  nowMs: nowUnixMs,
  span: { startMs: nowUnixMs - 1, endMs: nowUnixMs + 86_400_000 },
  timeZone: 'UTC',
  site: { siteId: 'site-a', limitA: [63, 63, 63] as const, voltageV: 230 }
}

type Scene = {
  allocation?: Allocation | null
  limits?: SiteLimit[]
  nowMs?: () => number
  participants?: unknown[]
}

function roomsWith({
  allocation: now = allocation,
  limits = [],
  nowMs = () => 0,
  participants = []
}: Scene = {}): Rooms {
  const parts = {
    settings: {
      site: { id: 'site-a', timeZone: 'UTC' },
      grid: { limitA: [63, 63, 63], voltageV: 230, meter: 'm' },
      circuits: []
    },
    state: { wanted: () => ({ limits }) },
    desk: {
      limits: () => limits,
      timeline: () => timelineOf({ given: limits, ended: [], refused: [], standing: [] }, look)
    },
    intake: { chargers: () => [], views: () => [] },
    clock: { instant: () => at, now: () => nowUnixMs, monotonicMs: nowMs },
    meters: [{ id: 'm', driver: { latest: () => ({ reading: { currentMilliA: [10_000, 0, 0] } }) } }],
    participants,
    loop: { allocation: () => now, sight: () => (now === null ? null : sightOf(limits)) }
  }
  return parts as unknown as Rooms
}

const asked = (whatIf: unknown, site = 'site-a') =>
  new TextEncoder().encode(JSON.stringify({ v: 1, id: randomUUID(), site, kind: 'power-preview', whatIf }))
const said = (text: string | null) => AskAnswer.parse(JSON.parse(text ?? 'null'))

void test('before the first decision there is no picture; then its loads are those of a meter that is believed', async (t) => {
  t.equal(pictureNow(roomsWith({ allocation: null })), null)
  t.match(pictureNow(roomsWith()), { nodes: [{ loadMilliA: [10_000, 0, 0] }], forecast: [] })
  const silent = roomsWith({ allocation: { ...allocation, meter: 'silent' } })
  t.equal(pictureNow(silent)?.nodes[0]?.loadMilliA, null)
})

void test('who takes part stands in it with what it says of itself, and an old word is no word', async (t) => {
  const reading = { totalW: -4_200.4, socPercent: 55, state: 'running' }
  const driver = { participant: { id: 'roof', kind: 'pv' }, latest: () => ({ reading, takenAtMs: 0 }) }
  const seen = (nowMs: number) => pictureNow(roomsWith({ participants: [driver], nowMs: () => nowMs }))
  t.strictSame(seen(14_999)?.participants, [
    { id: 'roof', kind: 'pv', powerW: -4_200, socPercent: 55, state: 'running' }
  ])
  t.match(seen(15_000)?.participants, [{ powerW: null, socPercent: null, state: 'silent' }])
  t.notOk('participants' in (pictureNow(roomsWith()) ?? {}))
})

void test('a picture is told when it is news', async (t) => {
  let nowMs = 0
  const limits: SiteLimit[] = []
  const tell = pictureTeller(roomsWith({ limits, nowMs: () => nowMs }))
  t.ok(tell())
  nowMs = 2_000
  t.equal(tell(), null)
  limits.push({ source: 'operator', limitW: 5_000, reason: 'x' })
  t.match(tell(), { limits: [{ source: 'operator' }] })
})

const works: SiteLimit = { source: 'operator', limitW: 5_000, reason: 'Works' }

void test('"what if" is answered with both plans of one moment', async (t) => {
  const rooms = roomsWith({ limits: [{ source: 'demo', limitA: [20, 20, 20], reason: 'Demo' }] })
  const answer = said(await answerQuestion(rooms, asked({ limits: [works] })))
  t.match(answer, {
    ok: true,
    preview: {
      // The last decision says 63 A; under both limits the demo's 20 A a phase and the operator's 5 kW hold.
      before: { nodes: [{ limitMilliA: [63_000, 63_000, 63_000] }] },
      after: {
        nodes: [{ limitMilliA: [20_000, 20_000, 20_000], because: 'Works', total: { limitW: 5_000 } }]
      }
    }
  })
  const lifted = said(await answerQuestion(rooms, asked({ limits: [works], lifted: ['demo'] })))
  t.match(lifted, { preview: { after: { nodes: [{ limitMilliA: [63_000, 63_000, 63_000] }] } } })
})

void test('"what if" of a limit that would not be taken says why; before the first decision: ask again', async (t) => {
  const over = { ...works, until: '2020-01-01T00:00:00Z' }
  t.match(said(await answerQuestion(roomsWith(), asked({ limits: [over] }))), {
    ok: false,
    fault: 'refused',
    detail: /^limit-in-the-past: /
  })
  t.match(said(await answerQuestion(roomsWith({ allocation: null }), asked({ limits: [works] }))), {
    fault: 'busy'
  })
})

const noise: readonly (readonly [string, Uint8Array])[] = [
  ['no JSON', new TextEncoder().encode('what')],
  ['another site', asked({ limits: [] }, 'site-b')],
  ['a limit in kilowatts', asked({ limits: [{ source: 'operator', limitKw: 5, reason: 'x' }] })]
]
for (const [name, bytes] of noise)
  void test(`${name} is not answered`, async (t) => {
    t.equal(await answerQuestion(roomsWith(), bytes), null)
  })
