import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { edgeFlags } from '../setup/node-flags.mjs'
import type { Part } from './keeper.ts'
import { freshLog } from './log.ts'
import { startNats } from './nats.ts'
import { startPostgres } from './postgres.ts'
import { demoIsUp } from './demo-ready.ts'
import { answers, programPart, type Program } from './program.ts'
import type { Settings } from './settings.ts'
import { writeSiteFile } from './site-file.ts'

const serverPatienceMs = 20_000

/** Where the servers turned out to be; filled while they start, read by the programs after them. */
export type Addresses = {
  databaseUrl: string
  natsUrl: string
  natsCredentials: string
  natsSigningKey: string
}

type Surroundings = {
  readonly root: string
  readonly settings: Settings
  readonly addresses: Addresses
  say(line: string): void
}

/** Before anything runs: what the settings already say about other people's servers. */
export function addressesFrom({ databaseUrl = '', nats }: Settings): Addresses {
  return {
    databaseUrl,
    natsUrl: nats?.url ?? '',
    natsCredentials: nats?.credentials ?? '',
    natsSigningKey: nats?.signingKey ?? ''
  }
}

/** Parts in the order of their start: those of one step start together, the next step waits until they are ready. */
export function stepsOf(around: Surroundings): readonly (readonly (() => Part)[])[] {
  const { settings } = around
  const bank = settings.bankUrl === undefined ? [program(around, bankProgram)] : []
  return [
    servers(around),
    [...bank, program(around, cloudProgram)],
    // Together: the edge looks for its meter at once, which the demo's world has.
    [program(around, edgeProgram), ...(settings.simulators ? [program(around, demoProgram)] : [])]
  ]
}

/** Secret between bank and cloud, for this run only. */
const webhookSecret = randomBytes(24).toString('hex')

function servers({ settings, addresses }: Surroundings): readonly (() => Part)[] {
  const logFolder = path.join(settings.dataDir, 'logs')
  const postgres = (): Part => {
    const wanted = {
      dataDir: settings.dataDir,
      port: settings.postgresPort,
      logFile: freshLog(logFolder, 'postgres')
    }
    return server('postgres', ['SIGINT', 'SIGQUIT'], async (spawned) => {
      const running = await startPostgres({ ...wanted, spawned, ownSession: true })
      addresses.databaseUrl = running.url
      return running.child
    })
  }
  const nats = (): Part => {
    const wanted = {
      dataDir: settings.dataDir,
      port: settings.natsPort,
      logFile: freshLog(logFolder, 'nats')
    }
    return server('nats', ['SIGTERM', 'SIGKILL'], async (spawned) => {
      const { url, credentialsFile, signingKeyFile, child } = await startNats({
        ...wanted,
        spawned,
        ownSession: true
      })
      Object.assign(addresses, {
        natsUrl: url,
        natsCredentials: credentialsFile,
        natsSigningKey: signingKeyFile
      })
      return child
    })
  }
  return [
    ...(settings.databaseUrl === undefined ? [postgres] : []),
    ...(settings.nats === undefined ? [nats] : [])
  ]
}

function server(
  name: string,
  signals: readonly [NodeJS.Signals, NodeJS.Signals],
  start: Part['start']
): Part {
  return { name, start, stopSignal: signals[0], hurrySignal: signals[1], patienceMs: serverPatienceMs }
}

function program(around: Surroundings, describe: (around: Surroundings) => Program): () => Part {
  const logFolder = path.join(around.settings.dataDir, 'logs')
  return () => programPart(describe(around), { root: around.root, logFolder, say: around.say })
}

const here = (port: number): string => `http://127.0.0.1:${port}`

function bankSettings({ settings }: Surroundings): NodeJS.ProcessEnv {
  return {
    NOVA_BANK_PORT: String(settings.bankPort),
    NOVA_BANK_URL: settings.bankUrl ?? here(settings.bankPort),
    NOVA_BANK_WEBHOOK_URL: `${here(settings.httpPort)}/gateways/payments/bank/events`,
    NOVA_BANK_WEBHOOK_SECRET: process.env['NOVA_BANK_WEBHOOK_SECRET'] || webhookSecret
  }
}

function bankProgram(around: Surroundings): Program {
  return {
    name: 'bank',
    script: 'simulators/bank/main.ts',
    env: { ...bankSettings(around), NOVA_DATA_DIR: around.settings.dataDir },
    isReady: () => answers(`${here(around.settings.bankPort)}/readyz`)
  }
}

function cloudProgram(around: Surroundings): Program {
  return {
    name: 'cloud',
    script: 'cloud/main.ts',
    env: cloudEnvironment(around),
    isReady: () => answers(`${here(around.settings.httpPort)}/readyz`)
  }
}

/** Without simulators nobody would stand behind the demo's chargers: then there are none. */
export function cloudEnvironment(around: Surroundings): NodeJS.ProcessEnv {
  const { root, settings, addresses } = around
  return {
    ...bankSettings(around),
    NOVA_HTTP_PORT: String(settings.httpPort),
    NOVA_DATABASE_URL: addresses.databaseUrl,
    NOVA_NATS_URL: addresses.natsUrl,
    NOVA_NATS_CREDENTIALS: addresses.natsCredentials,
    NOVA_NATS_SIGNING_KEY: addresses.natsSigningKey,
    NOVA_DATA_DIR: settings.dataDir,
    NOVA_PROFILE: process.env['NOVA_PROFILE'] || 'demo',
    NOVA_DEMO_CHARGERS: process.env['NOVA_DEMO_CHARGERS'] || (settings.simulators ? 'all' : 'none'),
    NOVA_WEB_DIR: process.env['NOVA_WEB_DIR'] || path.join(root, 'cloud', 'web', 'dist')
  }
}

function edgeProgram({ settings, addresses }: Surroundings): Program {
  return {
    name: 'edge',
    script: 'edge-agent/main.ts',
    flags: edgeFlags,
    args: ['--config', writeSiteFile(settings, addresses.natsUrl)],
    env: { NOVA_DATA_DIR: settings.dataDir, NOVA_NATS_URL: addresses.natsUrl },
    isReady: () => answers(`${here(settings.localPort)}/readyz`)
  }
}

function demoProgram({ settings }: Surroundings): Program {
  return {
    name: 'demo',
    script: 'simulators/scenarios/demo.ts',
    optional: true,
    isReady: () => demoIsUp(settings),
    env: {
      NOVA_DATA_DIR: settings.dataDir,
      NOVA_HTTP_PORT: String(settings.httpPort),
      NOVA_EDGE_OCPP_PORT: String(settings.ocppPort),
      NOVA_EDGE_LOCAL_PORT: String(settings.localPort),
      NOVA_METER_PORT: String(settings.meterPort),
      NOVA_PV_PORT: String(settings.pvPort),
      NOVA_BATTERY_PORT: String(settings.batteryPort)
    }
  }
}
