import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { edgeFlags, freePort } from '@nova/deploy/local'
import { stringify } from 'yaml'
import { type Killable, program } from './program.ts'

const edgeMain = fileURLToPath(new URL('../../edge-agent/main.ts', import.meta.url))

/** An edge agent in a process of its own: killed, restarted and asked over its local API like a real one. */
export type EdgeProcess = Killable & {
  readonly ocppUrl: string
  readonly localUrl: string
  readonly token: string
  readonly dataDir: string
}

export type EdgeOptions = {
  readonly identities?: readonly string[]
  readonly password?: string
  /** Merged over the generated site file, section by section. */
  readonly site?: Readonly<Record<string, unknown>>
}

/** A standalone edge (no cloud unless `site.cloud` says so) with one single-connector charger an identity. */
export async function startEdgeAlone(options: EdgeOptions): Promise<EdgeProcess> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-edge-'))
  const [ocpp, local] = [await freePort(), await freePort()]
  const token = 'scenario-token'
  const config = path.join(dataDir, 'site.yaml')
  const ports = { local: { port: local, token }, ocpp: { port: ocpp } }
  await writeFile(config, stringify({ ...siteFile(options), ...ports, ...options.site }))
  const localUrl = `http://127.0.0.1:${local}`
  const agent = program({
    script: edgeMain,
    flags: edgeFlags,
    args: ['--config', config],
    environment: { NOVA_EDGE_DATA: dataDir },
    readyUrl: `${localUrl}/readyz`
  })
  await agent.start()
  return {
    ...agent,
    ocppUrl: `ws://127.0.0.1:${ocpp}/ocpp`,
    localUrl,
    token,
    dataDir,
    stop: async () => {
      await agent.stop()
      await rm(dataDir, { recursive: true, force: true })
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
