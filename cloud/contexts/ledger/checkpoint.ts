import { createHash } from 'node:crypto'
import { z } from 'zod'

// C2SP tlog-checkpoint in a C2SP signed note: three lines and extensions, an empty line, then the signature line.

/** The platform's key: Ed25519 over the text, base64; the public half as SPKI DER, base64. */
export type Seal = {
  sign(text: string): string
  verify(text: string, signature: string): boolean
  publicKey(): string
}

/** The state of one tenant's ledger that was told to the outside. */
export type Checkpoint = {
  readonly tenantId: string
  /** Transfers covered: those with the sequences 1 to `size`. */
  readonly size: number
  readonly rootHash: Buffer
  /** The chain's hash after them, hex. */
  readonly chainHash: string
  readonly at: string
}

const keyName = 'nova-x.ledger'
const originOf = (tenantId: string): string => `nova-x.ledger/${tenantId}`
const rawKeyBytes = 32 // An Ed25519 SPKI ends with the raw key.
const ed25519 = 1 // Signature type of the signed note.

const rawKey = (seal: Seal): Buffer => Buffer.from(seal.publicKey(), 'base64').subarray(-rawKeyBytes)

function keyId(seal: Seal): Buffer {
  const text = Buffer.concat([Buffer.from(`${keyName}\n`), Buffer.of(ed25519), rawKey(seal)])
  return createHash('sha256').update(text).digest().subarray(0, 4)
}

/** The verifier key as signed notes write it: name, id and key; give it to auditors by another way. */
export const verifierKey = (seal: Seal): string =>
  `${keyName}+${keyId(seal).toString('hex')}+${Buffer.concat([Buffer.of(ed25519), rawKey(seal)]).toString('base64')}`

function bodyOf({ tenantId, size, rootHash, chainHash, at }: Checkpoint): string {
  return `${originOf(tenantId)}\n${size}\n${rootHash.toString('base64')}\nchain ${chainHash}\ntime ${at}\n`
}

/** The checkpoint as a signed note. */
export function signed(checkpoint: Checkpoint, seal: Seal): string {
  const body = bodyOf(checkpoint)
  const signature = Buffer.concat([keyId(seal), Buffer.from(seal.sign(body), 'base64')])
  return `${body}\n— ${keyName} ${signature.toString('base64')}\n`
}

const form =
  /^(nova-x\.ledger\/(\S+)\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\nchain ([0-9a-f]{64})\ntime (\S+)\n)\n— (\S+) ([A-Za-z0-9+/=]+)\n$/

/** A note as it lies outside, and whether our key signed it; undefined when it is no checkpoint at all. */
export function opened(note: string, seal: Seal): (Checkpoint & { genuine(): boolean }) | undefined {
  const [, body = '', tenantId = '', size = '', root = '', chainHash = '', at = '', name, text = ''] =
    form.exec(note) ?? []
  if (body === '') return undefined
  const bytes = Buffer.from(text, 'base64')
  return {
    tenantId,
    size: Number(size),
    rootHash: Buffer.from(root, 'base64'),
    chainHash,
    at,
    genuine: () =>
      name === keyName &&
      bytes.subarray(0, 4).equals(keyId(seal)) &&
      seal.verify(body, bytes.subarray(4).toString('base64'))
  }
}

/** What a third party needs to check one entry; `npm run verify-ledger -- proof.json` does. */
export const Proof = z.object({
  v: z.literal(1),
  tenantId: z.string(),
  sequence: z.int(),
  line: z.int(),
  content: z.string().describe('the transfer as it was hashed: its SHA-256 stands in the leaf'),
  leaf: z.string().describe('what the tree holds: tenant, sequence, instant, digest'),
  leafIndex: z.int(),
  treeSize: z.int(),
  path: z.array(z.string()).describe('RFC 6962 inclusion path, base64, lowest first'),
  checkpoint: z.string().describe('C2SP checkpoint as a signed note'),
  key: z.string().describe('verifier key of the signed note; compare it with the one you were given')
})
export type Proof = z.infer<typeof Proof>
