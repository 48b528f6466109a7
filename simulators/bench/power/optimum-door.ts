import { benchComposite } from '../composite.ts'
import { benchPower, benchSpeeds, type PowerOptions } from './index.ts'
import { benchOptimum } from './optimum.ts'
import { benchTables } from './tables.ts'

const own = 'optimiser'

type Options = PowerOptions & { readonly figures?: string | undefined }

/** Parts of the benchmark by name, in the order in which they run without a choice. */
const parts = {
  delivered: benchPower,
  speed: async ({ short }) => benchSpeeds(short),
  composite: async () => benchComposite(),
  tables: benchTables,
  optimum: benchOptimum
} as const satisfies Readonly<Record<string, (options: PowerOptions) => Promise<void>>>

/**
 * Everything, or what is chosen: `--figures speed,composite,tables` parts by name; `--capacities`, `--networks` and
 * `--algorithms` rows of the delivered energy, where `optimiser` among the algorithms asks for the optimiser's.
 * @throws RangeError for a part that is not known
 */
export async function benchPowerAndOptimum(options: Options): Promise<void> {
  const { algorithms, capacities, networks, figures } = options
  if (figures !== undefined) {
    for (const part of figures.split(',').map(partNamed)) await part(options)
    return
  }
  if (algorithms === undefined) {
    if ((capacities ?? networks) !== undefined) return benchPower(options)
    for (const part of Object.values(parts)) await part(options)
    return
  }
  const asked = algorithms.split(',')
  const others = asked.filter((name) => name !== own)
  if (others.length > 0) await benchPower({ ...options, algorithms: others.join(',') })
  if (asked.includes(own)) await benchOptimum(options)
}

function partNamed(name: string): (options: PowerOptions) => Promise<void> {
  const found = Object.entries(parts).find(([each]) => each === name)
  if (found === undefined)
    throw new RangeError(`--figures: "${name}" is none of ${Object.keys(parts).join(', ')}`)
  return found[1]
}
