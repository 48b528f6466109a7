import { countKeys, survey } from './survey.ts'

/**
 * OCPP-J frames of all versions. `id` is the message id as text; `bare` tells that it stood there as a bare
 * number, so that the answer can echo it exactly as it came (1.0 stays 1.0).
 */
export type Id = { readonly id: string; readonly bare: boolean }
export type Call = Id & {
  readonly kind: 'call'
  readonly action: string
  readonly payload: unknown
  readonly doubled: boolean // An object named a key twice: which value was meant is unknown.
  readonly raw: string
}
/** OCPP 2.1 §4.2.4: a call that wants no answer. */
export type Send = Omit<Call, 'kind'> & { readonly kind: 'send' }
export type CallResult = Id & { readonly kind: 'result'; readonly payload: unknown }
export type CallError = Id & {
  readonly kind: 'error' | 'result-error' // result-error: OCPP 2.1, our own answer was not understood.
  readonly code: string
  readonly description: string
  readonly details: unknown
}
/** `id` is null when none could be read. `answer`: it looked like a call, so the sender waits for something. */
export type Malformed = {
  readonly kind: 'malformed'
  readonly id: Id | null
  readonly because: FrameFault
  readonly answer: boolean
}
export type FrameFault =
  | 'too-long'
  | 'too-deep'
  | 'not-json'
  | 'not-a-frame'
  | 'message-id'
  | 'message-type'
  | 'arity'
export type Frame = Call | Send | CallResult | CallError | Malformed

export const maxFrameChars = 65_536 // Matches the socket's payload limit; a 1.6 message has a few kB at most.
const maxDepth = 32 // SetChargingProfile nests 6 deep, 2.1's deepest message 14.
const maxIdChars = 128 // The standard says 36; real chargers go beyond, attackers go further.
const maxActionChars = 64

/** Reads one frame. Never throws; costs at most one scan and one parse of the text. */
export function readFrame(text: string): Frame {
  if (text.length > maxFrameChars) return malformed('too-long', null, false)
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const seen = survey(plain)
  if (seen.depth > maxDepth) return unparsed('too-deep', plain)
  const parsed = parse(plain)
  if (parsed === undefined) return unparsed('not-json', plain)
  if (!Array.isArray(parsed)) return malformed('not-a-frame', null, true)
  const id = idOf(parsed[1], plain)
  return id ? framed(parsed, id, { plain, keys: seen.keys }) : malformed('message-id', null, parsed[0] === 2)
}

function framed(parts: readonly unknown[], id: Id, text: { plain: string; keys: number }): Frame {
  switch (parts[0]) {
    case 2:
    case 6:
      return callOf(parts, id, text)
    case 3:
      return parts.length === 3 ? { kind: 'result', ...id, payload: parts[2] } : malformed('arity', id, false)
    case 4:
    case 5:
      return errorOf(parts, id)
    default:
      return malformed('message-type', id, false)
  }
}

function callOf(parts: readonly unknown[], id: Id, text: { plain: string; keys: number }): Frame {
  const [type, , action, payload] = parts
  if (parts.length !== 4) return malformed('arity', id, type === 2)
  if (typeof action !== 'string' || action.length === 0 || action.length > maxActionChars)
    return malformed('arity', id, type === 2)
  return {
    kind: type === 2 ? 'call' : 'send',
    id: id.id,
    bare: id.bare,
    action,
    payload,
    doubled: countKeys(payload) !== text.keys,
    raw: text.plain
  }
}

// Real chargers leave out the description or the details of an error.
function errorOf(parts: readonly unknown[], id: Id): Frame {
  const [type, , code, description = '', details = {}] = parts
  if (parts.length < 3 || parts.length > 5 || typeof code !== 'string') return malformed('arity', id, false)
  return {
    kind: type === 4 ? 'error' : 'result-error',
    ...id,
    code: code.slice(0, 60),
    description: typeof description === 'string' ? description.slice(0, 255) : '',
    details
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined // The parser's reason quotes the input; nobody needs it.
  }
}

const bareId = /^\s*\[[^,]{0,20},\s*(-?\d[\d.eE+-]{0,40})\s*[,\]]/
const quotedId = /^\s*\[\s*2(?:\.0*)?\s*,\s*"([^"\\]{1,128})"/

function idOf(id: unknown, text: string): Id | null {
  if (typeof id === 'string') return id.length > 0 && id.length <= maxIdChars ? { id, bare: false } : null
  if (typeof id !== 'number') return null
  const asWritten = bareId.exec(text)?.[1]
  return asWritten === undefined ? null : { id: asWritten, bare: true }
}

function unparsed(because: FrameFault, text: string): Malformed {
  const id = quotedId.exec(text)?.[1]
  return malformed(because, id === undefined ? null : { id, bare: false }, true)
}

const malformed = (because: FrameFault, id: Id | null, answer: boolean): Malformed => ({
  kind: 'malformed',
  because,
  id,
  answer
})
