import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Charger, Circuit, Grid, Token } from '@nova/shared-protocol/model'
import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'
import { checkTogether } from './checks.ts'
import { readCredentials, type Credentials } from './credentials.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { readLocated, type Located } from './located.ts'
import { parse } from './issues.ts'
import { powerSettings, type PowerSettings } from './power.ts'
import { say, type Problem } from './problem.ts'
import { SiteFile, TariffFile } from './schema.ts'

export type TlsFiles = {
  readonly port: number
  readonly certificate: string // PEM texts.
  readonly key: string
  readonly clientCa: string | null
}

/** All that the agent has to know before it starts, complete and checked; nothing is looked up later. */
export type Settings = PowerSettings & {
  readonly site: SiteFile['site']
  readonly cloud: { readonly nats: string; readonly credentials: Credentials | null } | null // null: standalone.
  readonly local: { readonly host: string; readonly port: number; readonly token: string }
  readonly grid: Grid
  readonly circuits: readonly Circuit[]
  readonly failsafe: {
    readonly cloudSilentSeconds: number
    readonly limitW: number | null
    readonly meterSilentSeconds: number
  }
  readonly offline: SiteFile['offline']
  readonly ocpp: { readonly host: string; readonly port: number; readonly tls: TlsFiles | null }
  readonly chargers: readonly Charger[]
  readonly tokens: readonly Token[]
  readonly tariff: { readonly plans: readonly Plan[]; readonly defaults: readonly TariffDefault[] }
  readonly dataDirectory: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly notServed: readonly string[] // Sections of the file that this version does not serve.
}

/** Further checks that other rooms own, such as the sum of all fallbacks; filled in main.ts. */
export type Overrides = {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly checks: readonly ((file: SiteFile) => readonly Complaint[])[]
}
export type Complaint = {
  readonly path: readonly PropertyKey[]
  readonly found: string
  readonly allowed: string
}

/** Everything that is wrong at once, one line each. */
export class SettingsFault extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(say).join('\n'))
    this.name = 'SettingsFault'
    this.problems = problems
  }
}

/** @throws SettingsFault naming file, line, field, what was found and what is allowed */
export function loadSettings(file: string, { environment, checks }: Overrides): Settings {
  const problems: Problem[] = []
  const set = readEnvironment(environment, (problem) => problems.push(problem))
  const located = readLocated(
    file,
    textOf(file, (problem) => problems.push(problem))
  )
  const site = parse(SiteFile, located, problems)
  if (site === undefined) throw new SettingsFault(problems)
  problems.push(...checkTogether(site, located))
  const told = new Set(problems.map(({ field }) => field))
  for (const { path: at, found, allowed } of checks.flatMap((check) => check(site))) {
    const problem = located.problem(at, found, allowed)
    if (!told.has(problem.field)) problems.push(problem) // Once, by whoever says it best.
  }
  const beside = readBeside(file, site, located, problems)
  if (problems.length > 0) throw new SettingsFault(problems)
  return { ...together(site, set), ...withFiles(site, set, beside) }
}

function together(site: SiteFile, set: Environment) {
  return {
    site: site.site,
    local: {
      host: set.localHost ?? site.local.host,
      port: set.localPort ?? site.local.port,
      token: set.localToken ?? site.local.token
    },
    grid: site.grid,
    circuits: site.circuits,
    failsafe: { ...site.failsafe, limitW: site.failsafe.limitW ?? null },
    offline: site.offline,
    chargers: site.chargers,
    ...powerSettings(site),
    tokens: site.tokens,
    dataDirectory: set.edgeData ?? path.join(set.data, 'edge', site.site.id),
    logLevel: set.logLevel,
    notServed: (['ykc', 'mqtt'] as const).filter((section) => site[section] !== undefined)
  }
}

type Beside = {
  readonly credentials: Credentials | null
  readonly tls: Omit<TlsFiles, 'port'> | null
  readonly tariff: TariffFile
}

function withFiles(site: SiteFile, set: Environment, { credentials, tls, tariff }: Beside) {
  return {
    cloud: site.cloud ? { nats: set.nats ?? site.cloud.nats, credentials } : null,
    ocpp: {
      host: site.ocpp.host,
      port: set.ocppPort ?? site.ocpp.port,
      tls: tls && site.ocpp.tls ? { port: site.ocpp.tls.port, ...tls } : null
    },
    tariff
  }
}

/** The files that the site file names; paths are relative to it. */
function readBeside(file: string, site: SiteFile, located: Located, problems: Problem[]): Beside {
  const read = (name: string, field: readonly PropertyKey[]): string => {
    try {
      return readFileSync(path.resolve(path.dirname(file), name), 'utf8')
    } catch (cause) {
      problems.push(located.problem(field, `"${name}", ${reasonOf(cause)}`, 'a file that can be read'))
      return ''
    }
  }
  const tls = site.ocpp.tls
  return {
    credentials:
      site.cloud?.credentials === undefined
        ? null
        : credentialsOf(site.cloud.credentials, read, located, problems),
    tls: tls
      ? {
          certificate: read(tls.certificate, ['ocpp', 'tls', 'certificate']),
          key: read(tls.key, ['ocpp', 'tls', 'key']),
          clientCa: tls.clientCa === undefined ? null : read(tls.clientCa, ['ocpp', 'tls', 'clientCa'])
        }
      : null,
    tariff: site.tariff
      ? tariffOf(
          path.resolve(path.dirname(file), site.tariff.file),
          read(site.tariff.file, ['tariff', 'file']),
          problems
        )
      : { plans: [], defaults: [] }
  }
}

function credentialsOf(
  name: string,
  read: (name: string, field: readonly PropertyKey[]) => string,
  located: Located,
  problems: Problem[]
): Credentials | null {
  const field = ['cloud', 'credentials']
  const text = read(name, field)
  if (text === '') return null // Already reported as unreadable, or empty: both end the start.
  const answer = readCredentials(text)
  if ('ok' in answer) return answer.ok
  problems.push(
    located.problem(field, answer.problem, 'NATS credentials followed by a NOVA COMMAND KEY block')
  )
  return null
}

function tariffOf(file: string, text: string, problems: Problem[]): TariffFile {
  return (
    (text === '' ? undefined : parse(TariffFile, readLocated(file, text), problems)) ?? {
      plans: [],
      defaults: []
    }
  )
}

function textOf(file: string, tell: (problem: Problem) => void): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const problem = {
      file,
      line: 1,
      field: '(file)',
      found: reasonOf(cause),
      allowed: 'a file that can be read'
    }
    tell(problem)
    throw new SettingsFault([problem])
  }
}

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
