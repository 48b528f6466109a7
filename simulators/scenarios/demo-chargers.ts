import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Charger } from '@nova/shared-protocol/model'
import { z } from 'zod'

/** What the cloud writes for the demo's simulators: the seeded chargers with their passwords, and the cards. */
const DemoChargers = z.object({ chargers: z.array(Charger).min(1), tokens: z.array(z.string()).min(1) })
export type DemoChargers = z.infer<typeof DemoChargers>

/** @throws Error that names the file when it is missing or not understood */
export async function demoChargers(dataDir: string): Promise<DemoChargers> {
  const file = path.join(dataDir, 'demo', 'chargers.json')
  try {
    return DemoChargers.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new Error(
      `${file}: not readable as the demo's chargers; the cloud writes it with NOVA_PROFILE=demo`,
      { cause }
    )
  }
}
