/** The local API with the token that was asked for once; it is kept on this machine and never put into an address. */
const shelf = 'nova-edge-token'
const answerMs = 8_000

export class Refused extends Error {}

export const hasToken = () => localStorage.getItem(shelf) !== null
export const keepToken = (/** @type {string} */ token) => localStorage.setItem(shelf, token)
export const forgetToken = () => localStorage.removeItem(shelf)

export async function call(method, path, body) {
  const answer = await fetch(`/local/v1${path}`, {
    method,
    signal: AbortSignal.timeout(answerMs),
    headers: {
      authorization: `Bearer ${localStorage.getItem(shelf) ?? ''}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': newKey() })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  if (answer.status === 401) throw new Refused('token')
  const read = answer.status === 204 ? undefined : await answer.json()
  if (!answer.ok) throw new Error(read?.detail ?? `HTTP ${answer.status}`)
  return read
}

/** Sends a command and follows it to its end. @returns the command */
export async function order(chargerId, action, payload) {
  const { id } = await call('POST', `/chargers/${encodeURIComponent(chargerId)}/commands`, {
    action,
    payload
  })
  return call('GET', `/commands/${id}?wait=6`)
}

// crypto.randomUUID exists in secure contexts only, and a gateway in a cabinet has no certificate.
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
