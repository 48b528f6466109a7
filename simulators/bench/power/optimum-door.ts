import { benchPower, type PowerOptions } from './index.ts'
import { benchOptimum } from './optimum.ts'

const own = 'optimiser'

/** The strategies, then the optimiser; `--algorithms optimiser` (also among others) asks for it by name. */
export async function benchPowerAndOptimum(options: PowerOptions): Promise<void> {
  const { algorithms, capacities, networks } = options
  if (algorithms === undefined) {
    await benchPower(options)
    if ((capacities ?? networks) === undefined) await benchOptimum(options)
    return
  }
  const asked = algorithms.split(',')
  const others = asked.filter((name) => name !== own)
  if (others.length > 0) await benchPower({ ...options, algorithms: others.join(',') })
  if (asked.includes(own)) await benchOptimum(options)
}
