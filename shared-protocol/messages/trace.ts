/** W3C Trace Context, `traceparent`: which doing of a person a request, a command or a fact belongs to. */
export type Trace = {
  readonly traceId: string
  /** Of who sends it on. */
  readonly spanId: string
  readonly sampled: boolean
}

/** Name of the header over HTTP and NATS. */
export const traceHeader = 'traceparent'

const longest = 200 // A later version may carry more behind; nobody carries a letter in it.
// No version ff, no ids of zeros, and in version 00 nothing behind the flags (trace-context §3.2.2).
const form =
  /^(?!ff|00-.{53})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/

/** @returns undefined for what the standard tells to ignore */
export function readTrace(text: unknown): Trace | undefined {
  if (typeof text !== 'string' || text.length > longest) return undefined
  const [found, traceId = '', spanId = '', flags = ''] = form.exec(text) ?? []
  if (found === undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const traceText = ({ traceId, spanId, sampled }: Trace): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
