import fc from 'fast-check'
import { test } from 'tap'
import type { Deed, Fallback, SetPoint } from '../drivers/contract.ts'
import { accepted, rejected, siteOf, stage, type Stage } from './loop.suite.ts'

/**
 * Charge points as the standard has them, behind a line that loses answers: a TxProfile holds until its lease is
 * over, then the stored default does. What they may draw is asked of them, not of the loop's own account.
 */
const ids = ['A', 'B', 'C'] as const
const fuseMilliA = 40_000
const fallbackMilliA = 6_000

type Mood = 'obeys' | 'refuses' | 'obeys-unheard' | 'never-hears'
type Pile = {
  mood: Mood
  storedMilliA: number
  profile: { milliA: number; transactionId: string; untilMs: number } | null
}
type Event =
  | { readonly kind: 'plug' | 'unplug' | 'cut' | 'heal'; readonly id: (typeof ids)[number] }
  | { readonly kind: 'mood'; readonly id: (typeof ids)[number]; readonly mood: Mood }
  | { readonly kind: 'limit'; readonly amps: number | null }
  | { readonly kind: 'wait'; readonly seconds: number }

const charger = fc.constantFrom(...ids)
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('plug' as const), id: charger }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unplug' as const), id: charger }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), id: charger }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('heal' as const), id: charger }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mood' as const),
      id: charger,
      mood: fc.constantFrom<Mood>('obeys', 'obeys', 'refuses', 'obeys-unheard', 'never-hears')
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('limit' as const),
      amps: fc.option(fc.integer({ min: 0, max: 63 }))
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 70 }) })
  }
)

const plug = (id: (typeof ids)[number]): Event => ({ kind: 'plug', id })
const deaf = (id: (typeof ids)[number]): Event => ({ kind: 'mood', id, mood: 'never-hears' })

const examples: [Event[], (typeof ids)[number][]][] = [
  [[plug('A'), deaf('A'), plug('B'), { kind: 'wait', seconds: 1 }], ['C']],
  [
    [
      plug('A'),
      { kind: 'mood', id: 'A', mood: 'refuses' },
      { kind: 'limit', amps: 0 },
      { kind: 'wait', seconds: 4 }
    ],
    ['A']
  ]
]

class World {
  readonly set: Stage = stage(siteOf(ids, fuseMilliA / 1000))
  readonly piles = new Map<string, Pile>(
    ids.map((id) => [id, { mood: 'obeys', storedMilliA: fallbackMilliA, profile: null }])
  )
  sessions = 0
  worstMilliA = 0

  constructor() {
    this.set.answers = async (point) => this.hear(point)
    this.set.stores = async (fallback) => this.store(fallback)
  }

  hear({ chargerId, limitMilliA, transactionId, leaseS }: SetPoint): Deed {
    const pile = this.piles.get(chargerId)
    if (!pile || !this.set.connected.has(chargerId) || pile.mood === 'never-hears') return lost
    if (pile.mood === 'refuses') return rejected
    const untilMs = this.set.clock.monotonicMs() + leaseS * 1000
    if (transactionId !== null) pile.profile = { milliA: limitMilliA, transactionId, untilMs }
    return pile.mood === 'obeys' ? accepted : lost
  }

  store({ chargerId, connectors }: Fallback): Deed {
    const pile = this.piles.get(chargerId)
    if (!pile || !this.set.connected.has(chargerId) || pile.mood === 'never-hears') return lost
    if (pile.mood === 'refuses') return rejected
    pile.storedMilliA = connectors[0]?.defaultMilliA ?? pile.storedMilliA
    return pile.mood === 'obeys' ? accepted : lost
  }

  async happens(each: Event): Promise<void> {
    const { set } = this
    if (each.kind === 'plug' && !set.sessions.has(each.id)) set.sessions.set(each.id, `${++this.sessions}`)
    if (each.kind === 'unplug') this.unplug(each.id)
    if (each.kind === 'cut') set.connected.delete(each.id)
    if (each.kind === 'heal') set.connected.add(each.id)
    if (each.kind === 'mood') this.pile(each.id).mood = each.mood
    if (each.kind === 'limit') set.limits = limitsOf(each.amps)
    await this.pass(each.kind === 'wait' ? each.seconds : 1)
  }

  unplug(id: string): void {
    this.set.sessions.delete(id)
    this.pile(id).profile = null
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.set.clock.turn(1000)
      const sum = ids.reduce((milliA, id) => milliA + this.mayDraw(id), 0)
      this.worstMilliA = Math.max(this.worstMilliA, sum)
    }
  }

  mayDraw(id: string): number {
    const session = this.set.sessions.get(id)
    if (session === undefined) return 0
    const { profile, storedMilliA } = this.pile(id)
    const holds =
      profile !== null && profile.transactionId === session && this.set.clock.monotonicMs() <= profile.untilMs
    return holds ? profile.milliA : storedMilliA
  }

  pile(id: string): Pile {
    const pile = this.piles.get(id)
    if (!pile) throw new Error(`no charger ${id}`)
    return pile
  }
}

const lost: Deed = { kind: 'failed', error: 'no answer' }
const limitsOf = (each: number | null) =>
  each === null
    ? []
    : [{ source: 'operator', limitA: [each, each, each] as [number, number, number], reason: 'operator' }]

void test('whatever is plugged in, cut off, refused or never answered, no fuse carries more than it may', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 30 }), async (events) => {
      const world = new World()
      const loop = world.set.open()
      await world.pass(1)
      for (const each of events) await world.happens(each)
      await loop.stop()
      return world.worstMilliA <= fuseMilliA
    }),
    { numRuns: 60 }
  )
  t.pass()
})

void test('when all is quiet again, and who ignored his limit is forgiven, all who charge share the whole fuse', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 15 }),
      fc.subarray([...ids], { minLength: 1 }),
      async (events, cars) => {
        const world = new World()
        const loop = world.set.open()
        for (const each of events) await world.happens(each)
        for (const id of ids) {
          await world.happens({ kind: 'heal', id })
          await world.happens({ kind: 'mood', id, mood: 'obeys' })
          loop.forgive(id) // One that refused to be lowered is paused until a person says that it is in order.
          await world.happens({ kind: cars.includes(id) ? 'plug' : 'unplug', id })
        }
        await world.happens({ kind: 'limit', amps: null })
        await world.pass(400)
        await loop.stop()
        const idle = ids.length - cars.length
        const share = Math.min(
          32_000,
          Math.floor((fuseMilliA - idle * fallbackMilliA) / cars.length / 100) * 100
        )
        return cars.every((id) => Math.abs(world.mayDraw(id) - share) <= 1000)
      }
    ),
    { numRuns: 30, examples }
  )
  t.pass()
})
