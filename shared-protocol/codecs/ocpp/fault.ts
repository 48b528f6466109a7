import type { Protocol } from '../../model/index.ts'

/** What can be wrong with a frame or a payload, independent of the version's own word for it. */
export type Fault =
  | 'format' // Not JSON, wrong arity, fields that do not belong there.
  | 'occurrence' // A field is missing, a list is too short or too long.
  | 'type'
  | 'property' // Right type, impossible value.
  | 'unknown-action'
  | 'unsupported-action'
  | 'internal'
  | 'protocol'
  | 'security'
  | 'generic'
  | 'frame' // Not even the frame could be read.
  | 'message-type'

// OCPP-J 1.6 §4.2.3 spells two of them in its own way ("Formation…", "Occurence…"), OCPP-J 2.0.1 §4.3 differs.
const words16: Readonly<Record<Fault, string>> = {
  format: 'FormationViolation',
  occurrence: 'OccurenceConstraintViolation',
  type: 'TypeConstraintViolation',
  property: 'PropertyConstraintViolation',
  'unknown-action': 'NotImplemented',
  'unsupported-action': 'NotSupported',
  internal: 'InternalError',
  protocol: 'ProtocolError',
  security: 'SecurityError',
  generic: 'GenericError',
  frame: 'FormationViolation',
  'message-type': 'GenericError'
}

const words2: Readonly<Record<Fault, string>> = {
  ...words16,
  format: 'FormatViolation',
  occurrence: 'OccurrenceConstraintViolation',
  property: 'PropertyConstraintViolation',
  frame: 'RpcFrameworkError',
  'message-type': 'MessageTypeNotSupported'
}

/** The error code that goes on the wire. */
export const errorCode = (fault: Fault, protocol: Protocol): string =>
  protocol === 'ocpp1.6' ? words16[fault] : words2[fault]
