import type { Break, Movement } from './model.ts'
import type { Needs } from './needs.ts'
import type { Confirmed } from './statements.ts'

/**
 * What may be settled without a person, because nothing is decided by it: booked on the day beside ours, or confirmed by
 * the provider when asked although its statement does not have it yet.
 * @returns how, in words; undefined when a person has to look
 */
export async function repair(needs: Needs, tenantId: string, found: Break): Promise<string | undefined> {
  if (found.class === 'time') return 'The same amount, booked on the day beside ours.'
  const movement = found.class === 'missing-there' ? (found.evidence.ours as Movement) : undefined
  if (movement?.kind !== 'capture') return undefined
  const source = needs.statements.find(({ provider }) => provider === movement.provider)
  const said = await source?.confirm(tenantId, movement.reference)
  return said && isSame(said, movement)
    ? 'Asked, the provider confirms amount and currency; its statement will follow.'
    : undefined
}

const isSame = (said: Confirmed, { amountMinor, currency }: Movement): boolean =>
  said.state === 'captured' && said.amountMinor === amountMinor && said.currency === currency
