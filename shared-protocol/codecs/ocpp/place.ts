import type { Charger } from '../../model/index.ts'

export type Place = { readonly evseId: number; readonly connectorId: number; readonly known: boolean }

type Plan = Pick<Charger, 'evses'>

/**
 * OCPP 1.6 counts connectors 1…n through the whole station and knows no EVSE; 0 is the station itself. The
 * configured station decides what n means: counting through its EVSEs and their connectors in order. So n
 * EVSEs with one connector each make EVSE n connector 1, and one EVSE with n connectors makes EVSE 1
 * connector n. A number that the plan does not have is never guessed: `known` is false and it stands for
 * EVSE n, or for 0:0 when it is no connector number at all.
 */
export function placeOf(plan: Plan, number: unknown): Place {
  if (number === 0) return { evseId: 0, connectorId: 0, known: true }
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 99)
    return { evseId: 0, connectorId: 0, known: false }
  let left = number
  for (const evse of plan.evses) {
    const connector = evse.connectors[left - 1]
    if (connector) return { evseId: evse.id, connectorId: connector.id, known: true }
    left -= evse.connectors.length
  }
  return { evseId: number, connectorId: 1, known: false }
}

/** The station's own number of a connector; null when the plan does not have it. */
export function numberOf(
  plan: Plan,
  address: { readonly evseId: number; readonly connectorId: number }
): number | null {
  let before = 0
  for (const evse of plan.evses) {
    const index = evse.connectors.findIndex(({ id }) => id === address.connectorId)
    if (evse.id === address.evseId) return index === -1 ? null : before + index + 1
    before += evse.connectors.length
  }
  return null
}
