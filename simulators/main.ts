import { charger } from './chargers/command.ts'
import { battery, inverter } from './inverters/command.ts'
import { meter } from './meters/command.ts'
import { fleetHelp, runFleet } from './scenarios/fleet-command.ts'

/**
 * `npm run simulate -- NAME …`: one line a simulator. `run` gets the words behind the name and ends with the
 * simulator; `help` is what `NAME --help` prints.
 */
type Simulator = {
  readonly does: string
  readonly help: string
  run(words: readonly string[]): Promise<void>
}

const simulators: Readonly<Record<string, Simulator>> = {
  charger,
  meter,
  inverter,
  battery,
  fleet: {
    does: 'many charge points, and drivers who come and go',
    help: fleetHelp,
    run: runFleet
  },
  outage: {
    does: 'cuts an edge from the cloud while sessions run, and shows that nothing was lost',
    help: 'outage: starts a system of its own on free ports\n  --seconds N   how long the line is cut (default 60, 4 to 3600)',
    run: async (words) => (await import('./scenarios/outage-command.ts')).runOutage(words)
  }
}

/** Names that docs promise for protocols which the edge does not speak yet: refused by name, never quietly nothing. */
const later: Readonly<Record<string, string>> = {
  pile: 'a pile speaks YKC, which the edge does not speak yet; "charger" and "fleet" speak OCPP 1.6'
}

const overview = [
  'npm run simulate -- NAME [options]     NAME --help lists the options',
  '',
  ...Object.entries(simulators).map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`)
].join('\n')

const [name = '--help', ...words] = process.argv.slice(2)
const simulator = Object.hasOwn(simulators, name) ? simulators[name] : undefined
if (simulator && (words.includes('--help') || words.includes('-h'))) {
  console.log(simulator.help)
} else if (simulator) {
  await simulator.run(words).catch((cause: unknown) => {
    console.error(cause instanceof Error ? cause.message : cause)
    process.exitCode = 1
  })
} else if (Object.hasOwn(later, name)) {
  console.error(`there is no simulator "${name}" yet: ${later[name]}`)
  process.exitCode = 1
} else {
  const asked = name === '--help' || name === '-h' || name === 'help'
  if (!asked) console.error(`there is no simulator "${name}"\n`)
  console.log(overview)
  process.exitCode = asked ? 0 : 1
}
