import { readFileSync } from 'node:fs'
import path from 'node:path'
import { demoToken } from './site-file.ts'
import type { Settings } from './settings.ts'

const askMs = 2_000

type Device = { readonly id: string; readonly kind: string; readonly online: boolean }

/**
 * Whether the demo is there for people: all of its chargers that the site has are connected, and there are some.
 * The edge is asked, which is the truth for that; a charger of somebody's own makes nobody wait.
 */
export async function demoIsUp({ dataDir, localPort }: Settings): Promise<boolean> {
  const devices = await devicesAt(`http://127.0.0.1:${localPort}/local/v1/devices`)
  const ours = demoChargers(path.join(dataDir, 'demo', 'chargers.json'))
  const known = devices.filter(({ id, kind }) => kind === 'charger' && ours.has(id))
  return known.length > 0 && known.every(({ online }) => online)
}

/** What the cloud has written for the demo before it said that it is ready. */
function demoChargers(file: string): ReadonlySet<string> {
  const { chargers } = JSON.parse(readFileSync(file, 'utf8')) as { chargers: readonly { id: string }[] }
  return new Set(chargers.map(({ id }) => id))
}

/** None while the edge does not answer yet: the deadline says when that is too late. */
async function devicesAt(url: string): Promise<readonly Device[]> {
  try {
    const headers = { authorization: `Bearer ${demoToken}` }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(askMs) })
    const { items = [] } = (await answer.json()) as { items?: readonly Device[] }
    return items
  } catch {
    return []
  }
}
