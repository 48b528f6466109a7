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
  | { readonly kind: 'refuse'; readonly fault: Fault; readonly because: string }

const noProblems: readonly string[] = []

/**
 * Judges a call before it is taken. A transaction message is taken whatever its content is: the station would
 * throw it away after a refusal; the faults travel along as problems.
 */
export function prepare(call: Inbound, validators: Validators): Prepared {
  const { action, payload, raw } = call
  if (!isStationAction16(action)) return refuse(...unknown(action))
  const fault = validators.request(action, payload) ?? (call.doubled ? doubledKey : null)
  const handler = handlers16[action]
  if (fault === null)
    return { kind: 'take', handler, said: { payload: payload as Said['payload'], raw, problems: noProblems } }
  if (!isTransactional(action, payload)) return refuse(fault.fault, fault.detail)
  return { kind: 'take', handler, said: { payload: objectOf(payload), raw, problems: [fault.detail] } }
}

const doubledKey: SchemaFault = { fault: 'format', detail: 'an object names a key twice' }

const refuse = (fault: Fault, because: string): Prepared => ({ kind: 'refuse', fault, because })

const unknown = (action: string): readonly [Fault, string] =>
  isBackOfficeAction16(action)
    ? ['unsupported-action', `${action} is for charge points`]
    : ['unknown-action', 'unknown action']

const objectOf = (payload: unknown): Said['payload'] =>
  typeof payload === 'object' && payload !== null && !Array.isArray(payload)
    ? (payload as Said['payload'])
    : {}
