import { benchComposite } from '../composite.ts'
import { networks as allNetworks } from './caltech.ts'
import { benchPower, benchSpeeds } from './index.ts'
import { benchOptimum } from './optimum.ts'
import { kilowatts, noneGiven, words, type PowerOptions } from './options.ts'
import { algorithms as allAlgorithms } from './schedulers.ts'
import { benchTables } from './tables.ts'

const own = 'optimiser'
const everybody = [...Object.keys(allAlgorithms), own]

type Options = PowerOptions & { readonly figures?: string | undefined }

/** Parts of the benchmark by name, in the order in which they run without a choice. */
const parts = {
  delivered: benchPower,
  speed: async ({ short }) => benchSpeeds(short),
  composite: async () => benchComposite(),
  tables: benchTables,
  optimum: benchOptimum
} as const satisfies Readonly<Record<string, (options: PowerOptions) => Promise<void>>>

const partNames = Object.keys(parts) as (keyof typeof parts)[]

/**
 * Everything, or what is chosen: `--figures speed,composite,tables` parts by name; `--capacities`, `--networks` and
 * `--algorithms` rows of the delivered energy, where `optimiser` among the algorithms asks for the optimiser's.
 * @throws UnknownWord for a part, a network or an algorithm that is not known, or a capacity that is none
 */
export async function benchPowerAndOptimum(options: Options): Promise<void> {
  checked(options)
  const { algorithms, figures } = options
  if (figures !== undefined) {
    for (const part of words('figures', figures, partNames)) await parts[part](options)
    return
  }
  if (algorithms === undefined) {
    if (!noneGiven(options)) return benchPower(options)
    for (const part of Object.values(parts)) await part(options)
    return
  }
  const asked = words('algorithms', algorithms, everybody)
  const others = asked.filter((name) => name !== own)
  if (others.length > 0) await benchPower({ ...options, algorithms: others.join(',') })
  if (asked.includes(own)) await benchOptimum(options)
}

/** Whatever is wrong is said before the first figure, not after minutes of them. */
function checked({ capacities, networks, algorithms }: Options): void {
  kilowatts(capacities)
  words('networks', networks, allNetworks)
  words('algorithms', algorithms, everybody)
}
