import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { ListAbility } from '../../contract.ts'
import { countOf, keysOf, switchOf } from '../findings/configuration.ts'
import type { Finding } from '../findings/finding.ts'
import type { Line } from '../orders/line.ts'

/** Kept beyond a restart. */
export type ListMemory = {
  all(): ReadonlyMap<string, ListAbility>
  remember(chargerId: string, found: ListAbility): Promise<void>
}

export type ListNeeds = { readonly memory: ListMemory; readonly patienceMs: number }

const enabledKey = 'LocalAuthListEnabled'
const keys = [enabledKey, 'LocalAuthListMaxLength', 'SendLocalListMaxLength'] as const

// OCPP 1.6 §9.3 requires both lengths of whoever has lists. Who names none gets what the smallest are known to take.
const unnamedCards = 500
const unnamedPerMessage = 20

// A message of ours stays below the 64 kB that a station may take in: a card has 150 bytes at the most.
const mostPerMessage = 250

/** What is known of a charger's list, or that of its firmware so far. Another firmware: everything anew. */
export function abilityOf({ memory }: ListNeeds, chargerId: string, { plate }: Finding): ListAbility | null {
  const known = memory.all().get(chargerId) ?? null
  return known && (plate === null || plate.firmware === known.firmware) ? known : null
}

export const firmwareOf = ({ plate }: Finding, known: ListAbility | null): string | null =>
  plate === null ? (known?.firmware ?? null) : plate.firmware

/** Asks for the lengths, and switches the list on where it is off. @returns null when the charger does not answer */
export async function askAbility(
  { patienceMs }: ListNeeds,
  { line, finding }: { readonly line: Line; readonly finding: Finding },
  signal: AbortSignal
): Promise<ListAbility | null> {
  const ask = async (action: string, payload: object): Promise<Outcome> =>
    line.ask({ action, payload, urgent: false, topic: null, patienceMs }, signal)
  const said = await ask('GetConfiguration', { key: keys })
  if (said.kind !== 'result' && said.kind !== 'error') return null
  const found = keysOf(said.kind === 'result' ? said.payload : null)
  if (switchOf(found.get(enabledKey)) === false)
    await ask('ChangeConfiguration', { key: enabledKey, value: 'true' }) // Refused: the list lies there unused.
  return {
    firmware: firmwareOf(finding, null),
    cannot: null,
    mostCards: countOf(found.get('LocalAuthListMaxLength')) ?? unnamedCards,
    perMessage: Math.min(
      mostPerMessage,
      Math.max(1, countOf(found.get('SendLocalListMaxLength')) ?? unnamedPerMessage)
    ),
    takesDifferences: true,
    failures: 0
  }
}
