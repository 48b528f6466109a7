import type { StrategyName } from '@nova/shared-protocol/model'
import type { Strategy } from './claim.ts'
import { earliestDeadline } from './earliest-deadline.ts'
import { equalShare } from './equal-share.ts'
import { firstCome } from './first-come.ts'
import { leastLaxity } from './least-laxity.ts'
import { priorityClasses } from './priority.ts'
import { proportional } from './proportional.ts'
import { roundRobin } from './round-robin.ts'

/** By the word in the site file. A strategy more is a file like these and a line here. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  equal: equalShare,
  'first-come': firstCome,
  proportional,
  'round-robin': roundRobin,
  priority: priorityClasses,
  'earliest-deadline': earliestDeadline,
  'least-laxity': leastLaxity,
  optimise: leastLaxity // Beside the plan, which is made off the hot path.
}

/** The site's strategy; equal shares where none is named. */
export const strategyOf = ({
  strategy = 'equal'
}: {
  readonly strategy?: StrategyName | undefined
}): Strategy => strategies[strategy]
