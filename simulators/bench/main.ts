import { parseArgs } from 'node:util'
import { verdict } from './figure.ts'
import { UnknownWord } from './power/options.ts'

type Options = {
  readonly short: boolean
  readonly capacities?: string | undefined
  readonly networks?: string | undefined
  readonly algorithms?: string | undefined
  readonly figures?: string | undefined
}
type Bench = { readonly does: string; readonly run: (options: Options) => Promise<void> }

/** Loaded when asked for, so that one benchmark does not carry the others' imports. */
const benches: Readonly<Record<string, Bench>> = {
  ocpp: {
    does: 'edge OCPP intake beside a bare ws server and ocpp-rpc',
    run: async (options) => (await import('./ocpp.ts')).benchOcpp(options)
  },
  start: {
    does: 'HTTP start command to the charger socket, 200 chargers sending',
    run: async (options) => (await import('./start.ts')).benchStart(options)
  },
  sync: {
    does: 'a backlog from SQLite to PostgreSQL, beside COPY and JetStream alone',
    run: async (options) => (await import('./sync.ts')).benchSync(options)
  },
  setpoints: {
    does: 'site limit halved with 10, 100 and 500 chargers: the last lower set-point sent',
    run: async (options) => (await import('./setpoints.ts')).benchSetPoints(options)
  },
  power: {
    does: 'energy delivered under a limit beside acnportal and the optimum; line violations; speed of decisions; composite schedules, energy trees, circuits, clusters and fail-safes case by case (--figures delivered,speed,composite,tables,optimum)',
    run: async (options) => (await import('./power/optimum-door.ts')).benchPowerAndOptimum(options)
  },
  ledger: {
    does: 'transfers a second beside INSERT and pgbench; calls on few keys; rows flipped by a superuser',
    run: async (options) => (await import('./ledger.ts')).benchLedger(options)
  },
  rating: {
    does: 'sessions rated a second and core with 10, 100 and 1,000 readings, beside a loop over slots in floats',
    run: async (options) => (await import('./rating.ts')).benchRating(options)
  },
  footprint: {
    does: 'edge memory with 100 chargers, start to listening, bytes written a session-hour',
    run: async (options) => (await import('./footprint.ts')).benchFootprint(options)
  }
}

const options = {
  help: { type: 'boolean' },
  short: { type: 'boolean' },
  capacities: { type: 'string' },
  networks: { type: 'string' },
  algorithms: { type: 'string' },
  figures: { type: 'string' }
} as const

/** Words that nobody could mean end the run in one line. */
function refuse(cause: unknown): never {
  const isOfWords = cause instanceof UnknownWord
  if (!isOfWords) throw cause
  process.stderr.write(`bench: ${cause.message.replaceAll('\n', ' ')}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (cause) {
    return refuse(new UnknownWord(cause instanceof Error ? cause.message : String(cause)))
  }
}

const { values, positionals } = readArguments()
const names = positionals.length > 0 ? positionals : Object.keys(benches)
const unknown = names.filter((name) => !Object.hasOwn(benches, name))
if (values.help || unknown.length > 0) {
  const list = Object.entries(benches).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`)
  process.stderr.write(
    `${unknown.map((name) => `unknown benchmark "${name}"\n`).join('')}npm run bench -- [NAME…] [--short] [--capacities 30,50] [--networks three_phase] [--algorithms LLF] [--figures speed]\n${list.join('\n')}\nWithout a name: all, in their short form.\n`
  )
  process.exitCode = values.help ? 0 : 2
} else {
  for (const name of names)
    await benches[name]?.run({ ...values, short: values.short ?? positionals.length === 0 }).catch(refuse)
  process.stderr.write(`${verdict()}\n`)
}
