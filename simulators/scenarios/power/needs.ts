import type { Needs } from '@nova/edge-agent/power'
import { viewOf } from './hearing.ts'
import { takeFallback, takeQuestion, takeSetPoint, takeStop, type Fallback } from './order.ts'
import type { Pile, View } from './charger.ts'
import type { Ticker } from './ticker.ts'
import type { Troubles } from './troubles.ts'

/** What outlives the edge, and what was counted while it lived. */
export type Books = {
  readonly memory: Map<string, Fallback>
  removed: ReturnType<NonNullable<Needs['memory']['removed']>>
  readonly alarms: Map<string, number>
  readonly warnings: string[]
  readonly open: Set<{ readonly sinceMs: number }> // Orders whose end is not known yet.
  readonly stops: Map<string, number> // Stops carried out, by transaction: never twice.
}

export type World = {
  readonly clock: Ticker
  readonly piles: readonly Pile[]
  readonly troubles: Troubles
  readonly meter: Needs['meter']
  readonly books: Books
}

/** The loop's needs, met by the simulated day. */
export function needsOf(day: World): Needs {
  const { clock, piles, books, troubles } = day
  return {
    clock,
    site: () => troubles.site(),
    views: viewsOf(piles),
    limits: () => troubles.limits(),
    caps: () => none,
    meter: day.meter,
    cloud: () => troubles.cloud(),
    chargers: chargersOf(day),
    memory: memoryOf(day),
    alarms: {
      raise: ({ code }) => books.alarms.set(code, (books.alarms.get(code) ?? 0) + 1),
      clear: () => undefined
    },
    allocated: () => undefined,
    limitChanged: () => undefined,
    metrics: { cycle: () => undefined, missed: () => undefined, setPoint: () => undefined },
    log: { warn: (detail, message) => void books.warnings.push(`${message} ${said(detail)}`) }
  }
}

const none = new Map()

function chargersOf(day: World): Needs['chargers'] {
  const byId = new Map(day.piles.map((pile) => [pile.site.id, pile]))
  const find = (chargerId: string): Pile => {
    const pile = byId.get(chargerId)
    if (pile === undefined) throw new Error(`no charger ${chargerId}`)
    return pile
  }
  return {
    isConnected: (id) => find(id).connected,
    setPoint: (point) => watched(day, takeSetPoint(find(point.chargerId), point)),
    fallback: (fallback) => watched(day, takeFallback(find(fallback.chargerId), fallback)),
    perform: async (id, order) => {
      if (order.action === 'trigger') return watched(day, takeQuestion(find(id)))
      if (order.action !== 'stop') return { kind: 'failed', error: `no ${order.action} here` }
      const transactionId = order.payload.transactionId ?? ''
      const deed = takeStop(find(id), transactionId)
      const { stops } = day.books
      if (deed.kind === 'accepted') stops.set(transactionId, (stops.get(transactionId) ?? 0) + 1)
      return deed
    }
  }
}

function memoryOf({ clock, books }: World): Needs['memory'] {
  let remembered: readonly Fallback[] | null = null
  return {
    fallbacks: () => (remembered ??= [...books.memory.values()]),
    removed: () => books.removed,
    keepRemoved: async (all) => {
      clock.touch()
      books.removed = all
    },
    remember: async (fallback) => {
      clock.touch()
      books.memory.set(fallback.chargerId, fallback)
      remembered = null
    }
  }
}

/** The same list while nothing new was heard, as the edge's intake gives it. */
function viewsOf(piles: readonly Pile[]): Needs['views'] {
  let heard = -1
  let views: ReturnType<Needs['views']> = []
  const known: { readonly heard: number; readonly view: View }[] = []
  return () => {
    let now = 0
    for (const { hearing } of piles) now += hearing.heard
    if (now === heard) return views
    heard = now
    views = piles.map((pile, at) => {
      const before = known[at]
      if (before?.heard === pile.hearing.heard) return before.view
      const view = viewOf(pile)
      known[at] = { heard: pile.hearing.heard, view }
      return view
    })
    return views
  }
}

/** Each order's end must become known. */
async function watched<Answer>({ clock, books }: World, deed: Promise<Answer>): Promise<Answer> {
  const order = { sinceMs: clock.monotonicMs() }
  books.open.add(order)
  const answer = await deed
  books.open.delete(order)
  return answer
}

const said = (detail: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(detail, (_, value: unknown) => (value instanceof Error ? value.message : value))
