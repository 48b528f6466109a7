import { createPublicKey, type KeyObject } from 'node:crypto'

/** What `site.creds` holds: the NATS user credentials as they stand and the key that signs commands. */
export type Credentials = { readonly nats: string; readonly commandKey: KeyObject }

const heading = '-----BEGIN NOVA COMMAND KEY-----'
const ending = '-----END NOVA COMMAND KEY-----'

/** Reads `site.creds`; the answer is a sentence when it is not usable. The text is never repeated. */
export function readCredentials(text: string): { ok: Credentials } | { problem: string } {
  const at = text.indexOf(heading)
  if (at < 0) return { problem: `no "${heading}" block` }
  const nats = text.slice(0, at).trim()
  if (!nats.includes('BEGIN NATS USER JWT') && nats !== '')
    return { problem: 'no NATS user credentials before the command key' }
  const block = text.slice(at + heading.length).split('-----')[0] ?? ''
  try {
    const key = createPublicKey({
      key: Buffer.from(block.replace(/\s/g, ''), 'base64'),
      format: 'der',
      type: 'spki'
    })
    if (key.asymmetricKeyType !== 'ed25519')
      return { problem: `a command key of type ${key.asymmetricKeyType}` }
    // The NATS client's pattern wants the line end behind the last block.
    return { ok: { nats: nats && `${nats}\n`, commandKey: key } }
  } catch {
    return { problem: 'a command key that is no base64 SPKI block' }
  }
}

/** The other direction, for whoever hands out credentials in tests and set-ups. */
export const commandKeyBlock = (key: KeyObject): string =>
  [heading, key.export({ format: 'der', type: 'spki' }).toString('base64'), ending, ''].join('\n')
