// What a failed statement means for the transaction around it.

/** SQLSTATE classes after which running the same work again is right. */
const again = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03' // lock_not_available
])

/** The server or the way to it is gone; what was not committed is rolled back. */
const gone = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  '25P03' // idle_in_transaction_session_timeout
])
const goneCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'EAI_AGAIN'
])
/** A kept plan that a migration made useless, or one that is not kept here: another connection makes its own. */
const planWords = /cached plan must not change result type|prepared statement .* does not exist/i

const goneWords =
  /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable/i

export type Failure = 'conflict' | 'gone' | 'other'

export function failureOf(error: unknown): Failure {
  const code = codeOf(error)
  if (again.has(code)) return 'conflict'
  if (gone.has(code) || goneCodes.has(code) || code.startsWith('08')) return 'gone'
  if (error instanceof AggregateError && error.errors.some((each) => failureOf(each) === 'gone'))
    return 'gone'
  if (!(error instanceof Error)) return 'other'
  return goneWords.test(error.message) || planWords.test(error.message) ? 'gone' : 'other'
}

/** SQLSTATE or system error code, '' when there is none. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505'
