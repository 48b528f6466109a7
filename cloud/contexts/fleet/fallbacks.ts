import { sayMisfit, settleFallbacks, type Wiring } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { chargersAt, type ChargerChange } from './chargers.ts'

const ofPower = ['fallbackA', 'managed', 'circuit', 'phaseRotation', 'evses'] as const

/** Whether a change can make a fallback too large: a new password must not fail for an old mistake. */
export const touchesPower = (change: ChargerChange): boolean =>
  ofPower.some((field) => change[field] !== undefined)

/**
 * Judges one charger, kept already, against the grid and circuits that the cloud knows of its site, all others
 * before it. The edge decides with the fuses of its own file; this tells a person at once.
 * @throws Problem 422 `fallbacks-exceed-limit`
 */
export async function requireRoom(
  tx: Tx,
  wiring: Wiring,
  { id, siteId }: { readonly id: string; readonly siteId: string }
): Promise<void> {
  const all = await chargersAt(tx, siteId)
  const own = all.filter((charger) => charger.id === id)
  const others = all.filter((charger) => charger.id !== id)
  const judged = settleFallbacks(wiring, [...others, ...own]).at(-1)
  if (!judged?.misfit || judged.kind === 'waits') return
  const what = judged.kind === 'overload' ? 'The full power of an unmanaged charger' : 'Its fallbackA'
  throw problem(
    422,
    'fallbacks-exceed-limit',
    `${what} does not fit beside the others: ${sayMisfit(judged.misfit)}. Lower fallbackA, or leave it out: then the edge chooses.`
  )
}
