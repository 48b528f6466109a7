import type { Allocation } from '@nova/shared-protocol/model'
import { z } from 'zod'
import {
  nothingSeen,
  openPlanKeeper,
  openPlanner,
  type Goal,
  type KeeperNeeds,
  type PlanKeeper
} from '../planner/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Rooms } from './rooms.ts'

const deadlineMs = 10_000 // A plan is good for minutes; the solver has a thread of its own.

/** The optimiser beside the loop; null where the site wants another strategy. */
export function openPlans(rooms: Rooms): (PlanKeeper & { close(): Promise<void> }) | null {
  const { settings, clock, metrics, log } = rooms
  if (settings.power.strategy !== 'optimise') return null
  const counted = (outcome: string): void => metrics.count(`plan-${outcome}`)
  const planner = openPlanner({ clock, deadlineMs, counted, log })
  const keeper = openPlanKeeper({
    clock,
    planner,
    goal: goalOf(settings),
    sight: () => rooms.loop?.sight() ?? null,
    siteW: () => siteW(rooms.loop?.allocation() ?? null),
    parts: () => ({
      parts: rooms.parts?.placed() ?? [],
      beyondMilliA: rooms.parts?.beyondMeter().grid ?? [0, 0, 0]
    }),
    memory: memoryOf(rooms),
    counted: (outcome) => metrics.count(`plan-${outcome}`),
    changed: () => rooms.loop?.wake(),
    log
  })
  const close = async (): Promise<void> => {
    keeper.stop()
    await planner.close()
  }
  return { ...keeper, close }
}

/** While it can be trusted, as the loop finds. */
const siteW = (allocation: Allocation | null): number | null =>
  allocation?.meter === 'good' ? allocation.siteW : null

const shelf = 'planner-seen'
const instant = z.number()
const Kept = z.strictObject({
  peak: z.strictObject({
    month: z.string(),
    peakW: z.number().min(0),
    quarter: z.strictObject({ startMs: instant, joules: z.number(), seconds: z.number() }),
    seenMs: instant
  }),
  daylight: z.record(
    z.string(),
    z.strictObject({
      quarters: z.array(z.strictObject({ startMs: instant, sumW: z.number(), looks: z.number() }))
    })
  )
})

/** A peak that could not be kept is measured again, and costs nothing until then. */
function memoryOf({ store, log }: Pick<Rooms, 'store' | 'log'>): KeeperNeeds['memory'] {
  return {
    read: () => {
      const text = store.meta.get(shelf)
      return text === null ? nothingSeen : Kept.parse(JSON.parse(text))
    },
    write: (seen) => {
      store
        .commit(() => store.meta.put(shelf, JSON.stringify(seen)))
        .catch((cause: unknown) => log.error({ cause: String(cause) }, 'the month’s peak could not be kept'))
    }
  }
}

function goalOf({ power: { goal, prices, sellPerKWh, demand } }: Pick<Settings, 'power'>): Goal {
  return { goal, prices, sellPerKWh, demand: demand ?? null }
}
