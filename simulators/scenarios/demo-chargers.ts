import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Charger, Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'

/** What the cloud writes for the demo's simulators: the seeded chargers with their passwords. */
const DemoFile = z.object({
  chargers: z
    .array(
      z.object({
        id: Identifier,
        identity: z.string(),
        password: z.string(),
        connectors: z.int().min(1).max(4)
      })
    )
    .min(1)
})

const demoMaxPowerW = 22_000

/** Cards that the demo's token list accepts. The first belongs to the demo driver and is left to people. */
export const demoCards: readonly [string, ...string[]] = [
  'DEMO-TAG-02',
  ...Array.from({ length: 10 }, (_, index) => `DEMO-TAG-${String(index + 3).padStart(2, '0')}`)
]

/** @throws Error that names the file when it is missing or not understood */
export async function demoChargers(dataDir: string): Promise<Charger[]> {
  const file = path.join(dataDir, 'demo', 'chargers.json')
  try {
    const { chargers } = DemoFile.parse(JSON.parse(await readFile(file, 'utf8')))
    return chargers.map(({ id, identity, password, connectors }) =>
      Charger.parse({
        id,
        identity,
        protocol: 'ocpp1.6',
        security: { profile: 1, password },
        evses: Array.from({ length: connectors }, (_, index) => ({
          id: index + 1,
          connectors: [{ id: 1, type: 'type2', maxPowerW: demoMaxPowerW }]
        }))
      })
    )
  } catch (cause) {
    throw new Error(
      `${file}: not readable as the demo's chargers; the cloud writes it with NOVA_PROFILE=demo`,
      {
        cause
      }
    )
  }
}
