import type { Protocol } from '../../model/index.ts'
import { errorCode, type Fault } from './fault.ts'
import type { Id } from './frame.ts'

const token = ({ id, bare }: Id): string => (bare ? id : JSON.stringify(id))

/** OCPP-J 2.0.1 §4.2.3: "-1" answers a frame whose id could not be read; 1.6 leaves it open. */
export const unreadableId: Id = { id: '-1', bare: false }

export const callText = (id: string, action: string, payload: unknown): string =>
  `[2,${JSON.stringify(id)},${JSON.stringify(action)},${JSON.stringify(payload)}]`

export const resultText = (id: Id, payload: unknown): string => `[3,${token(id)},${JSON.stringify(payload)}]`

/** CALLERROR; `description` is cut to the 255 characters that the standard allows. */
export function errorText(id: Id, fault: Fault, description: string, protocol: Protocol): string {
  return `[4,${token(id)},"${errorCode(fault, protocol)}",${JSON.stringify(description.slice(0, 255))},{}]`
}

/** SEND, OCPP 2.1 only: a call without an answer. */
export const sendText = (id: string, action: string, payload: unknown): string =>
  `[6,${JSON.stringify(id)},${JSON.stringify(action)},${JSON.stringify(payload)}]`

/** CALLRESULTERROR, OCPP 2.1 only: the other side's answer was not understood. */
export function resultErrorText(id: Id, fault: Fault, description: string): string {
  return `[5,${token(id)},"${errorCode(fault, 'ocpp2.1')}",${JSON.stringify(description.slice(0, 255))},{}]`
}
