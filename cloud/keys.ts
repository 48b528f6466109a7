import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject
} from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

const File = z.object({ v: z.literal(1), access: z.string(), commands: z.string(), box: z.string() })

export type Keys = {
  /** Signs access tokens. */
  readonly access: { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** Public half of the key that signs commands: Ed25519 SPKI, base64, as site.creds carries it. */
  readonly commandKey: string
  /** Ed25519 over the text, base64. */
  sign(text: string): string
  verify(text: string, signature: string): boolean
  /** AES-256-GCM for secrets that lie in the database and must come out again. */
  readonly box: { seal(text: string): string; open(sealed: string): string }
  /** A password that is the same each time for the same name; for the demo's chargers. */
  derived(name: string): string
}

/** The cloud's own keys, made once below the data folder (0600). All processes of one cloud share them. */
export async function openKeys(dataDir: string): Promise<Keys> {
  const file = path.join(dataDir, 'cloud', 'keys.json')
  const kept = File.parse(JSON.parse(await readOrMake(file)))
  const access = privateKey(kept.access)
  const commands = privateKey(kept.commands)
  const secret = Buffer.from(kept.box, 'base64')
  const spki = createPublicKey(commands).export({ type: 'spki', format: 'der' })
  return {
    access: {
      kid: createHash('sha256').update(kept.access).digest('base64url').slice(0, 16),
      privateKey: access,
      publicKey: createPublicKey(access)
    },
    commandKey: spki.toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), commands).toString('base64'),
    verify: (text, signature) =>
      verify(null, Buffer.from(text), createPublicKey(commands), Buffer.from(signature, 'base64')),
    box: boxWith(secret),
    derived: (name) =>
      createHmac('sha256', secret).update(`password of ${name}`).digest('base64url').slice(0, 24)
  }
}

const privateKey = (pkcs8: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })

/** Whoever is first makes them; written whole beside their place, so that nobody reads half a file. */
async function readOrMake(file: string): Promise<string> {
  const there = await readFile(file, 'utf8').catch(() => undefined)
  if (there !== undefined) return there
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const fresh = (): string =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
  const made = { v: 1, access: fresh(), commands: fresh(), box: randomBytes(32).toString('base64') }
  const beside = `${file}.${process.pid}`
  await writeFile(beside, JSON.stringify(made), { mode: 0o600, flush: true })
  await link(beside, file).catch(() => undefined) // Another process was faster: its keys count.
  await rm(beside)
  return readFile(file, 'utf8')
}

const nonceBytes = 12
const tagBytes = 16

function boxWith(secret: Buffer): Keys['box'] {
  return {
    seal(text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', secret, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const cipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceBytes))
      cipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      return Buffer.concat([cipher.update(bytes.subarray(nonceBytes + tagBytes)), cipher.final()]).toString(
        'utf8'
      )
    }
  }
}
