import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'

const edgeMain = fileURLToPath(new URL('../../edge-agent/main.ts', import.meta.url))
const readyWithinMs = 20_000
const exitWithinMs = 10_000

/** An edge agent in a process of its own: killed, restarted and asked over its local API like a real one. */
export type EdgeProcess = {
  readonly ocppUrl: string
  readonly localUrl: string
  readonly token: string
  readonly dataDir: string
  pid(): number
  /** SIGKILL, without a farewell. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it again on the same data and ports; resolves when it is ready, with the milliseconds it took. */
  start(): Promise<number>
  stop(): Promise<void>
}

export type EdgeOptions = {
  readonly identities?: readonly string[]
  readonly password?: string
  /** Merged over the generated site file, section by section. */
  readonly site?: Readonly<Record<string, unknown>>
  readonly dataDir?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A standalone edge (no cloud unless `site.cloud` says so) with one single-connector charger an identity. */
export async function startEdgeAlone(options: EdgeOptions): Promise<EdgeProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'nova-edge-')))
  const [ocpp, local] = [await freePort(), await freePort()]
  const token = 'scenario-token'
  const config = path.join(dataDir, 'site.yaml')
  await writeFile(
    config,
    stringify({ ...siteFile(options), local: { port: local, token }, ocpp: { port: ocpp }, ...options.site })
  )
  const localUrl = `http://127.0.0.1:${local}`
  const agent = edgeProgram(config, `${localUrl}/readyz`, { NOVA_EDGE_DATA: dataDir, ...options.environment })
  await agent.start()
  return {
    ocppUrl: `ws://127.0.0.1:${ocpp}/ocpp`,
    localUrl,
    token,
    dataDir,
    pid: agent.pid,
    kill: () => agent.end('SIGKILL'),
    start: agent.start,
    stop: async () => {
      await agent.end('SIGTERM')
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    }
  }
}

function edgeProgram(config: string, readyUrl: string, environment: Readonly<Record<string, string>>) {
  let child: ChildProcess | undefined
  return {
    pid: () => child?.pid ?? 0,
    start: async (): Promise<number> => {
      const begun = performance.now()
      child = spawn(process.execPath, [edgeMain, '--config', config], {
        stdio: ['ignore', 'ignore', process.env['NOVA_SCENARIO_LOGS'] ? 'inherit' : 'ignore'],
        env: { ...process.env, ...environment }
      })
      await ready(readyUrl, child)
      return performance.now() - begun
    },
    end: async (signal: NodeJS.Signals): Promise<void> => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit', { signal: AbortSignal.timeout(exitWithinMs) })
      child.kill(signal)
      await gone
    }
  }
}

const siteFile = ({ identities = [], password }: EdgeOptions) => ({
  site: { id: 'demo-site', tenant: 'demo', name: 'Scenario', timeZone: 'Asia/Shanghai', currency: 'CNY' },
  // Room for every identity at its fallback and its rating: the limit is not what these scenarios are about.
  grid: { limitA: [20_000, 20_000, 20_000], voltageV: 230 },
  chargers: identities.map((identity) => ({
    id: identity,
    protocol: 'ocpp1.6',
    identity,
    security: password === undefined ? { profile: 0 } : { profile: 1, password },
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
  })),
  tokens: [{ uid: 'TAG-001', type: 'ISO14443', status: 'accepted' }]
})

/** Polls until the address answers 200. @throws when the process ends first or the time is over */
export async function ready(url: string, child: ChildProcess, withinMs = readyWithinMs): Promise<void> {
  const until = performance.now() + withinMs
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`process ended before ${url} was ready`)
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
    if (answer?.ok) return
    await wait(10)
  }
  throw new Error(`${url} was not ready within ${withinMs} ms`)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
