import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { startEdge, type RunningEdge } from './main.ts'
import { loadSettings } from './settings/index.ts'

export const token = 'local-token-for-tests'

/** A standalone edge in this process, with one charger `CP-1`; stopped, started again and asked over HTTP. */
export type TestEdge = {
  ports(): RunningEdge['ports']
  readonly folder: string
  ask<Body = Record<string, unknown>>(
    method: string,
    address: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>
  ): Promise<{ readonly status: number; readonly body: Body; readonly headers: Headers }>
  restart(): Promise<void>
  close(): Promise<void>
}

const patienceMs = 60_000
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

export const siteFile = {
  site: { id: 'site-a', tenant: 'demo', name: 'Depot', timeZone: 'Asia/Shanghai', currency: 'CNY' },
  local: { port: 0, token },
  ocpp: { port: 0 },
  grid: { limitA: [100, 100, 100], voltageV: 230 },
  circuits: [{ id: 'feeder-1', limitA: [63, 63, 63] }],
  chargers: [
    {
      id: 'CP-1',
      protocol: 'ocpp1.6',
      identity: 'CP-1',
      circuit: 'feeder-1',
      evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
    }
  ],
  tokens: [{ uid: 'TAG-001', type: 'ISO14443', status: 'accepted' }]
}

export async function openEdge(site: Readonly<Record<string, unknown>> = {}): Promise<TestEdge> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-edge-test-'))
  const config = path.join(folder, 'site.yaml')
  writeFileSync(config, stringify({ ...siteFile, ...site }))
  const environment = { NOVA_EDGE_DATA: path.join(folder, 'data'), NOVA_LOG_LEVEL: 'silent' }
  const settings = loadSettings(config, { environment, checks: [] })
  let edge = await startEdge(settings, silent)
  return {
    folder,
    ports: () => edge.ports,
    ask: (method, address, body, headers) =>
      ask(`http://127.0.0.1:${edge.ports.local}/local/v1${address}`, method, body, {
        authorization: `Bearer ${token}`,
        ...headers
      }),
    restart: async () => {
      await edge.stop()
      edge = await startEdge(settings, silent)
    },
    close: async () => {
      await edge.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export async function ask<Body>(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>
): Promise<{ readonly status: number; readonly body: Body; readonly headers: Headers }> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await answer.text()
  return {
    status: answer.status,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
    headers: answer.headers
  }
}

/** Waits until it holds. @throws after a minute, which only a failure needs, with what was wanted */
export async function until<Value>(
  look: () => Promise<Value> | Value,
  holds: (value: Value) => boolean,
  what: string
): Promise<Value> {
  const end = performance.now() + patienceMs
  for (;;) {
    const value = await look()
    if (holds(value)) return value
    if (performance.now() > end)
      throw new Error(`not within a minute: ${what}; last ${JSON.stringify(value)}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}
