import { openPlanKeeper, openPlanner, type Goal, type PlanKeeper } from '../planner/index.ts'
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
    changed: () => rooms.loop?.wake(),
    log
  })
  const close = async (): Promise<void> => {
    keeper.stop()
    await planner.close()
  }
  return { ...keeper, close }
}

function goalOf({ power: { goal, prices, sellPerKWh, demand } }: Pick<Settings, 'power'>): Goal {
  return { goal, prices, sellPerKWh, demand: demand ?? null }
}
