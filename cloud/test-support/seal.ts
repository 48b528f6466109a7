import { generateKeyPairSync, sign, verify } from 'node:crypto'

/** An Ed25519 key made for one test, in the form in which the ledger signs its roots. */
export function openTestSeal() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  return {
    sign: (text: string): string => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text: string, signature: string): boolean =>
      verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
    publicKey: (): string => spki
  }
}
