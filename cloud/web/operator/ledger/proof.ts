/** What an auditor checks of one entry, step by step, with nothing but SHA-256 and one public key. */
export type Proof = {
  readonly tenantId: string
  readonly sequence: number
  readonly line: number
  readonly content: string
  readonly leaf: string
  readonly leafIndex: number
  readonly treeSize: number
  readonly path: readonly string[]
  readonly checkpoint: string
  readonly key: string
}

export type Crypto = {
  sha256(bytes: Uint8Array): Promise<Uint8Array>
  /** Ed25519 (RFC 8032) with the raw public key. */
  signed(key: Uint8Array, signature: Uint8Array, text: Uint8Array): Promise<boolean>
}

export type StepName = 'entry' | 'digest' | 'leaf' | 'root' | 'signature'
export type Step = { readonly name: StepName; readonly ok: boolean; readonly value: string }

const utf8 = new TextEncoder()
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))
const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((each) => each.toString(16).padStart(2, '0')).join('')
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((each) => [...each]))

/** The five steps in their order; a later one says nothing once an earlier one has failed, but is still made. */
export async function checkProof(proof: Proof, crypto: Crypto): Promise<readonly Step[]> {
  const note = noteOf(proof.checkpoint)
  const digest = hexOf(await crypto.sha256(utf8.encode(proof.content)))
  const leafHash = await crypto.sha256(joined(Uint8Array.of(0), utf8.encode(proof.leaf)))
  const root = await rootFrom(proof, leafHash, crypto)
  return [
    { name: 'entry', ok: entryOf(proof) !== undefined, value: proof.content },
    { name: 'digest', ok: leafSays(proof, digest), value: digest },
    { name: 'leaf', ok: proof.leafIndex === proof.sequence - 1, value: hexOf(leafHash) },
    {
      name: 'root',
      ok: root !== undefined && base64Of(root) === note?.root && note.size === proof.treeSize,
      value: root ? base64Of(root) : ''
    },
    { name: 'signature', ok: await isSigned(proof, note, crypto), value: proof.key }
  ]
}

export type ProvedEntry = { readonly party: string; readonly purpose: string; readonly amountMinor: number }

/** The entry as the hashed content states it; undefined when the content has no such line. */
export function entryOf({ content, line }: Pick<Proof, 'content' | 'line'>): ProvedEntry | undefined {
  const lines = listOf(content)?.at(-1)
  const entry: unknown = Array.isArray(lines) ? lines[line] : undefined
  if (!Array.isArray(entry)) return undefined
  const [party, purpose, amountMinor] = entry as readonly unknown[]
  return typeof party === 'string' && typeof purpose === 'string' && typeof amountMinor === 'number'
    ? { party, purpose, amountMinor }
    : undefined
}

/** The transfer's own words: [key, kind, phase, resolves, currency, session, memo, lines]; unknown ones are empty. */
export function transferOf(content: string) {
  const said = listOf(content) ?? []
  const at = (place: number): string => {
    const word = said[place]
    return typeof word === 'string' ? word : ''
  }
  return { key: at(0), kind: at(1), phase: at(2), currency: at(4), sessionId: at(5) }
}

/** The leaf is [tenant, sequence, instant, digest]. */
function leafSays({ leaf, tenantId, sequence }: Proof, digest: string): boolean {
  const said = listOf(leaf)
  return said?.[0] === tenantId && said[1] === sequence && said[3] === digest
}

function listOf(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}

/** RFC 9162 §2.1.3.2: the root that leaf and path lead to; undefined when the path has not the right length. */
async function rootFrom(
  { leafIndex, treeSize, path }: Proof,
  leafHash: Uint8Array,
  { sha256 }: Crypto
): Promise<Uint8Array | undefined> {
  if (leafIndex < 0 || leafIndex >= treeSize) return undefined
  const node = async (left: Uint8Array, right: Uint8Array) => sha256(joined(Uint8Array.of(1), left, right))
  let [at, last, hash] = [leafIndex, treeSize - 1, leafHash]
  for (const text of path) {
    if (last === 0) return undefined
    const beside = bytesOf(text)
    if (at % 2 === 1 || at === last) {
      hash = await node(beside, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
    } else hash = await node(hash, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : undefined
}

type Note = {
  readonly body: string
  readonly tenantId: string
  readonly size: number
  readonly root: string
  readonly at: string
  readonly name: string
  readonly signature: Uint8Array // Four bytes of key id, then Ed25519.
}

// C2SP tlog-checkpoint in a signed note: three lines and extensions, an empty line, a signature line.
const noteForm =
  /^(nova-x\.ledger\/(\S+)\n(\d+)\n([A-Za-z0-9+/]{43}=)\nchain [0-9a-f]{64}\ntime (\S+)\n)\n— (\S+) ([A-Za-z0-9+/=]+)\n$/

/** What a checkpoint says; undefined when it is none. */
export function noteOf(text: string): Note | undefined {
  const found = noteForm.exec(text)
  if (!found) return undefined
  const [, body = '', tenantId = '', size = '', root = '', at = '', name = '', signature = ''] = found
  return { body, tenantId, size: Number(size), root, at, name, signature: bytesOf(signature) }
}

/** The verifier key is name+id+base64(1 ‖ key); the id is the head of SHA-256(name ‖ LF ‖ 1 ‖ key). */
async function isSigned({ key, tenantId }: Proof, note: Note | undefined, crypto: Crypto): Promise<boolean> {
  const [, name = '', id = '', text = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(key) ?? []
  if (!note || name !== note.name || tenantId !== note.tenantId) return false
  const typed = bytesOf(text)
  const named = await crypto.sha256(joined(utf8.encode(`${name}\n`), typed))
  const ids = [hexOf(named.subarray(0, 4)), hexOf(note.signature.subarray(0, 4))]
  if (typed[0] !== 1 || ids.some((each) => each !== id)) return false
  return crypto.signed(typed.subarray(1), note.signature.subarray(4), utf8.encode(note.body))
}
