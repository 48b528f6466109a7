import fc from 'fast-check'
import { test } from 'tap'
import { afterSign, hasLeft, type Sign, type Standing } from './index.ts'
import { at } from './world.suite.ts'
import { openWorld } from './world.suite.ts'

const standing: Standing = { sessionId: 's', endedAt: at('12:00:00'), seenAt: at('12:00:00'), link: 1 }
const free = (time: string, link = 1): Sign => ({ kind: 'free', at: at(time), heardAt: at(time), link })
const there = (time: string, link = 1): Sign => ({ kind: 'there', at: at(time), heardAt: at(time), link })
const cut = (time: string, link = 1): Sign => ({ kind: 'cut', at: at(time), link })

const after = (...signs: readonly Sign[]) =>
  signs.reduce<ReturnType<typeof afterSign>>(
    (now, sign) => (hasLeft(now) ? now : afterSign(now, sign)),
    standing
  )

const table: { title: string; signs: Sign[]; left: object }[] = [
  { title: 'free, in station time', signs: [free('12:40:00')], left: { at: at('12:40:00'), seen: true } },
  {
    title: 'there, then free',
    signs: [there('12:10:00'), free('12:40:00')],
    left: { at: at('12:40:00'), seen: true }
  },
  {
    title: 'the line was cut at 12:15 and it was gone when it came back: only what was watched counts',
    signs: [cut('12:15:00'), free('18:00:00', 2)],
    left: { at: at('12:15:00'), seen: false }
  },
  {
    title: 'the line was cut, but it is found there again: it never left',
    signs: [cut('12:15:00'), there('18:00:00', 2), free('18:30:00', 2)],
    left: { at: at('18:30:00'), seen: true }
  },
  {
    title: 'the line was cut twice, seen in between',
    signs: [cut('12:15:00'), there('13:00:00', 2), cut('13:20:00', 2), free('18:00:00', 3)],
    left: { at: at('13:20:00'), seen: false }
  },
  {
    title: 'the edge itself was off: the last word before it counts',
    signs: [there('12:05:00'), free('18:00:00', 9)],
    left: { at: at('12:05:00'), seen: false }
  },
  {
    title: 'a status older than the end is the end',
    signs: [free('11:59:58')],
    left: { at: at('12:00:00'), seen: true }
  },
  {
    title: 'a station that thinks it is 2099 is heard when it is heard',
    signs: [{ kind: 'free', at: '2099-01-01T00:00:00Z', heardAt: at('12:30:00'), link: 1 }],
    left: { at: at('12:30:00'), seen: true }
  },
  {
    title: 'a station without a clock too',
    signs: [{ kind: 'free', at: null, heardAt: at('12:30:00'), link: 1 }],
    left: { at: at('12:30:00'), seen: true }
  }
]

for (const { title, signs, left } of table)
  void test(`a vehicle that stands after its session: ${title}`, async (t) => {
    const end = after(...signs)
    t.ok(hasLeft(end))
    t.match(end, left)
  })

/** Its clock is 40 s behind the edge's: the end at 12:00:00 was heard at 12:00:40. */
const behind: Standing = { ...standing, heardAt: at('12:00:40') }
const untold = (kind: 'there' | 'free', time: string, link = 1): Sign => ({
  kind,
  at: null,
  heardAt: at(time),
  link
})
const ofSkewed: { title: string; signs: Sign[]; left: object }[] = [
  {
    title: 'a status without a time at once: nothing stood',
    signs: [untold('free', '12:00:40')],
    left: { at: at('12:00:00'), seen: true }
  },
  {
    title: 'half an hour later, told without a time: half an hour',
    signs: [untold('there', '12:10:40'), untold('free', '12:30:40')],
    left: { at: '2026-06-01T12:30:00Z', seen: true }
  },
  {
    title: 'told with its own time: that',
    signs: [free('12:30:00')],
    left: { at: at('12:30:00'), seen: true }
  },
  {
    title: 'the line is cut after ten minutes of the edge: ten minutes',
    signs: [cut('12:10:40'), untold('free', '18:00:00', 2)],
    left: { at: '2026-06-01T12:10:00Z', seen: false }
  },
  {
    title: 'less than a second is none',
    signs: [free('12:00:00.999')],
    left: { at: at('12:00:00'), seen: true }
  },
  { title: 'a second is one', signs: [free('12:00:01')], left: { at: at('12:00:01'), seen: true } }
]
for (const { title, signs, left } of ofSkewed)
  void test(`a vehicle at a station whose clock is behind: ${title}`, async (t) => {
    const end = signs.reduce<ReturnType<typeof afterSign>>(
      (now, sign) => (hasLeft(now) ? now : afterSign(now, sign)),
      behind
    )
    t.ok(hasLeft(end))
    t.match(end, left)
  })

void test('after a day the watch is given up: 24 hours count, no more', async (t) => {
  const [day, next] = [at('12:00:00'), at('11:59:59')].map((text) =>
    Temporal.Instant.from(text).add({ hours: 24 }).toString()
  )
  t.equal(hasLeft(after({ kind: 'time', now: next ?? '' })), false)
  t.strictSame(after({ kind: 'time', now: day ?? '' }), { at: day, seen: false })
})

void test('never is it gone before its end, nor later than the last sign of it', async (t) => {
  const minute = fc.integer({ min: 0, max: 600 })
  const time = (each: number) => Temporal.Instant.from(at('12:00:00')).add({ minutes: each }).toString()
  const sign = fc.record({
    kind: fc.constantFrom('there', 'free', 'cut'),
    link: fc.integer({ min: 1, max: 3 })
  })
  fc.assert(
    fc.property(
      fc.array(minute, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(sign),
      (minutes, drawn) => {
        const times = minutes.toSorted((a, b) => a - b).map(time)
        const signs = times.map((text): Sign => {
          const { kind, link } = drawn.next().value
          return kind === 'cut'
            ? { kind, at: text, link }
            : { kind: kind === 'free' ? 'free' : 'there', at: text, heardAt: text, link }
        })
        const end = after(...signs)
        if (!hasLeft(end)) return signs.every(({ kind }) => kind !== 'free')
        return end.at >= standing.endedAt.replace('.000', '') ||
          Date.parse(end.at) >= Date.parse(standing.endedAt)
          ? Date.parse(end.at) <= Date.parse(times.at(-1) ?? '')
          : false
      }
    )
  )
  t.pass()
})

const reasons = [
  ['local', true],
  ['remote', true],
  ['energy-limit', true],
  ['emergency', true],
  ['ev-disconnected', undefined],
  ['unlock', undefined],
  ['power-loss', undefined],
  ['reboot', undefined]
] as const

for (const [reason, standingNow] of reasons)
  void test(`a session ended by "${reason}" ${standingNow ? 'leaves a vehicle standing' : 'takes its vehicle along'}`, async (t) => {
    const world = openWorld({ watchesLeaving: true })
    const id = world.start()
    world.stop({ transactionId: id, reason })
    t.equal(world.sessions()[0]?.end?.standing, standingNow)
    t.equal(world.of('session.ended.v1')[0]?.standing, standingNow)
  })

void test('nobody watches where the time after the end costs nothing', async (t) => {
  const world = openWorld({ watchesLeaving: false })
  const id = world.start()
  world.stop({ transactionId: id, reason: 'local' })
  t.notOk('standing' in (world.of('session.ended.v1')[0] ?? {}))
})
