import {
  isBackOfficeAction16,
  isStationAction16,
  isTransactional,
  type Fault
} from '@nova/shared-protocol/codecs/ocpp'
import type { Inbound } from '@nova/shared-protocol/dialogues/ocpp'
import type { SchemaFault, Validators } from '../schemas/validators.ts'
import { handlers16 } from '../v16/index.ts'
import type { Handler, Said } from '../v16/handler.ts'

export type Prepared =
  | { readonly kind: 'take'; readonly handler: Handler; readonly said: Said }
  | { readonly kind: 'refuse'; readonly action: string; readonly fault: Fault; readonly because: string }

const noProblems: readonly string[] = []

/**
 * Judges a call before it is taken. A transaction message is taken whatever its content is: the station would
 * throw it away after a refusal; the faults that money depends on travel along as problems.
 */
export function prepare(call: Inbound, validators: Validators): Prepared {
  const { action, payload, raw } = call
  if (!isStationAction16(action)) return unknown(action)
  const fault = validators.request(action, payload) ?? (call.doubled ? doubledKey : null)
  const handler = handlers16[action]
  if (fault === null)
    return { kind: 'take', handler, said: { payload: payload as Said['payload'], raw, problems: noProblems } }
  if (!isTransactional(action, payload))
    return { kind: 'refuse', action, fault: fault.fault, because: fault.detail }
  const problems = [fault, ...(call.doubled ? [doubledKey] : [])].filter(({ field }) =>
    moneyFields.has(field)
  )
  const said = {
    payload: objectOf(payload),
    raw,
    problems: [...new Set(problems)].map(({ detail }) => detail)
  }
  return { kind: 'take', handler, said }
}

const doubledKey: SchemaFault = { fault: 'format', detail: 'an object names a key twice', field: '' }

// A fault elsewhere (a vendor's own field, an unknown measurand or reason) makes no bill doubtful: what matters
// inside the samples is judged by their reader. '' is the payload as a whole.
const moneyFields = new Set([
  '',
  'connectorId',
  'idTag',
  'meterStart',
  'meterStop',
  'timestamp',
  'transactionId'
])

/** A word that a station made up is counted and logged as `unknown`: it may have a million of them. */
const unknown = (action: string): Prepared =>
  isBackOfficeAction16(action)
    ? { kind: 'refuse', action, fault: 'unsupported-action', because: `${action} is for charge points` }
    : { kind: 'refuse', action: 'unknown', fault: 'unknown-action', because: 'unknown action' }

const objectOf = (payload: unknown): Said['payload'] =>
  typeof payload === 'object' && payload !== null && !Array.isArray(payload)
    ? (payload as Said['payload'])
    : {}
