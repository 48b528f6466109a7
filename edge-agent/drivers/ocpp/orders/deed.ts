import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { Deed } from '../../contract.ts'

const yes = new Set(['Accepted', 'Scheduled', 'RebootRequired', 'Unlocked'])

const failures: Readonly<Record<Exclude<Outcome['kind'], 'result' | 'error'>, string>> = {
  'no-answer': 'the charger did not answer in time',
  superseded: 'a newer set-point took its place',
  'queue-full': 'too many orders wait for this charger',
  withdrawn: 'given up before the charger answered',
  closed: 'the connection ended before the charger answered'
}

/** What became of a call. An answer without a status (configuration, diagnostics) is an acceptance. */
export function deedOf(outcome: Outcome): Deed {
  if (outcome.kind === 'error')
    return { kind: 'failed', error: `${outcome.code}: ${outcome.description}`.slice(0, 300) }
  if (outcome.kind !== 'result') return { kind: 'failed', error: failures[outcome.kind] }
  const { payload } = outcome
  if (typeof payload !== 'object' || payload === null)
    return { kind: 'failed', error: 'the answer is no object' }
  const status = (payload as { readonly status?: unknown }).status
  const accepted = status === undefined || (typeof status === 'string' && yes.has(status))
  return { kind: accepted ? 'accepted' : 'rejected', answer: payload }
}

export const notConnected = { kind: 'failed', error: 'the charger is not connected' } as const
