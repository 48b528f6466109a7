import { parseArgs } from 'node:util'
import { startEdge, type RunningEdge } from './agent.ts'
import { checkSite } from './control-loop/index.ts'
import { openLog, type Log } from './joints/log.ts'
import { strangeModels } from './joints/meters.ts'
import { powerSiteOf } from './joints/site.ts'
import { StoreError } from './store/index.ts'
import { loadSettings, SettingsFault, variables, type SiteFile } from './settings/index.ts'

const stopMs = 4_500 // A supervisor kills after five or more: better an orderly log line before.

/** What settings alone cannot see: whether all fallbacks together fit under every fuse. */
const fitsTogether = (site: SiteFile) =>
  checkSite(
    powerSiteOf(
      {
        ...site,
        failsafe: { ...site.failsafe, limitW: site.failsafe.limitW ?? null }
      },
      site.chargers
    )
  ).map(({ path: field, message }) => ({
    path: field,
    found: message,
    allowed: field.includes('unbalance') ? 'without it' : 'a sum that every fuse carries'
  }))

const help = `One edge agent for one site.

  npm run edge -- --config site.yaml

  --config FILE   the site file; docs/settings.md lists its fields
  --check         read the file, tell what is wrong, and end
  --help          this text

Variables, each above the file:
${Object.entries(variables)
  .map(([name, text]) => `  ${name.padEnd(24)}${text}`)
  .join('\n')}
`

/** Reads the arguments and the site file, starts the agent, stays until a signal. @throws what `explain` can put into words */
export async function runProgram(): Promise<void> {
  const values = readArguments()
  if (values.help) return console.log(help)
  if (values.config === undefined) throw new Usage('--config is missing; see --help')
  const settings = loadSettings(values.config, {
    environment: process.env,
    checks: [fitsTogether, strangeModels]
  })
  if (values.check) return console.log(`${values.config}: nothing wrong`)
  const log = openLog(settings.logLevel, { site: settings.site.id })
  dieLoudly(log)
  for (const section of settings.notServed) log.warn({ section }, 'this version does not serve that section')
  const starting = startEdge(settings, log)
  endOnSignal(starting, log) // A stop may come before the start is over.
  const edge = await starting
  const { ocpp, local } = edge.ports
  console.log(
    `edge ${settings.site.id} is ready: OCPP ws://${settings.ocpp.host}:${ocpp}/ocpp/{identity}, ` +
      `screen http://${settings.local.host}:${local}/`
  )
}

class Usage extends Error {}

function readArguments() {
  try {
    return parseArgs({
      options: { config: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean' } }
    }).values
  } catch (cause) {
    if (cause instanceof TypeError) throw new Usage(`${cause.message}; see --help`) // parseArgs throws no other.
    throw cause
  }
}

function dieLoudly(log: Log): void {
  const die = (cause: unknown) => {
    log.error({ cause: cause instanceof Error ? cause.stack : String(cause) }, 'a bug; ending')
    process.exit(1)
  }
  process.on('unhandledRejection', die)
  process.on('uncaughtException', die)
}

function endOnSignal(edge: Promise<RunningEdge>, log: Log): void {
  let ending = false
  const end = async (signal: string) => {
    if (ending) return
    ending = true
    const late = setTimeout(() => {
      log.error({ signal }, 'not all rooms closed in time')
      process.exit(0) // What is committed is committed; nothing else may hold up a restart.
    }, stopMs)
    await edge.then(
      (running) => running.stop(),
      () => undefined
    ) // A failed start tells for itself.
    clearTimeout(late)
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void end(signal))
  process.on('SIGINT', (signal) => void end(signal))
}

/** One clear line for what a person can mend; the stack only for what is our fault. */
export function explain(cause: unknown): string {
  if (cause instanceof SettingsFault || cause instanceof Usage) return cause.message
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    return `${cause.message}: choose another port in the site file, or with NOVA_EDGE_OCPP_PORT or NOVA_EDGE_LOCAL_PORT`
  }
  if (cause instanceof StoreError) {
    return `${cause.message}: the database (NOVA_EDGE_DATA) cannot be used; is another edge agent running on it, or the disk full?`
  }
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
