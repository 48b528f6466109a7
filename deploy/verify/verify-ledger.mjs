import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

// Checks, without anything of ours, that one entry stands in a signed state of a tenant's ledger. Node 18 or later.
//   node verify-ledger.mjs proof.json [--key 'nova-x.ledger+…']
// The key in the proof is what the platform claims; give the one you got by another way with --key.

const usage = "verify-ledger proof.json [--key 'name+id+key']"

/** @param {readonly (string | Uint8Array)[]} parts */
function sha256(...parts) {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}

/** @param {boolean} holds @param {string} words what is wrong otherwise */
function must(holds, words) {
  if (!holds) throw new Error(words)
}

/**
 * RFC 9162 §2.1.3.2, which is RFC 6962's tree: the root that follows from a leaf and its path.
 * @param {Uint8Array} leaf @param {number} index @param {number} size @param {readonly Uint8Array[]} path
 */
function rootFrom(leaf, index, size, path) {
  let [at, last, hash] = [index, size - 1, leaf]
  for (const beside of path) {
    must(last > 0, 'the path is longer than the tree is high')
    if (at % 2 === 1 || at === last) {
      hash = sha256(Uint8Array.of(1), beside, hash)
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = sha256(Uint8Array.of(1), hash, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  must(last === 0, 'the path is shorter than the tree is high')
  return hash
}

/**
 * A C2SP signed note with one Ed25519 signature.
 * @param {string} note @param {string} verifierKey
 * @returns {readonly string[]} lines of its body
 */
function openNote(note, verifierKey) {
  const split = note.indexOf('\n\n')
  must(split > 0, 'the checkpoint is no signed note')
  const body = note.slice(0, split + 1)
  const [name = '', id = '', ...rest] = verifierKey.split('+')
  const key = Buffer.from(rest.join('+'), 'base64')
  must(key.length === 33 && key[0] === 1, 'the verifier key is no Ed25519 key')
  must(
    sha256(`${name}\n`, key).subarray(0, 4).toString('hex') === id,
    'the verifier key and its id do not fit'
  )
  const line = note
    .slice(split + 2)
    .split('\n')
    .find((each) => each.startsWith(`\u2014 ${name} `))
  must(line !== undefined, `the checkpoint is not signed by ${name}`)
  const signature = Buffer.from(String(line).split(' ')[2] ?? '', 'base64')
  must(signature.subarray(0, 4).toString('hex') === id, 'the signature is of another key')
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)])
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  must(verify(null, Buffer.from(body), publicKey, signature.subarray(4)), 'the signature does not hold')
  return body.split('\n')
}

/**
 * @typedef {{ v: number, tenantId: string, sequence: number, line: number, content: string, leaf: string,
 *   leafIndex: number, treeSize: number, path: string[], checkpoint: string, key: string }} Proof
 * @typedef {[party: string, purpose: string, amountMinor: number]} Line
 * @typedef {[key: string, kind: string, phase: string, resolves: string | null, currency: string,
 *   session: string | null, memo: string, lines: Line[]]} Content
 */

/** @param {string} text @returns {unknown} */
const json = (text) => JSON.parse(text)

/** @param {Proof} proof @param {string | undefined} trustedKey */
function check(proof, trustedKey) {
  must(proof.v === 1, 'not a proof of version 1')
  must(trustedKey === undefined || trustedKey === proof.key, 'the proof names another key than the one given')
  const { tenantId, sequence, line, content, leaf, leafIndex, treeSize } = proof
  must(Number.isSafeInteger(leafIndex) && Number.isSafeInteger(treeSize), 'places are whole numbers')
  must(leafIndex >= 0 && leafIndex < treeSize, 'the leaf lies outside the tree')
  const [leafTenant, leafSequence, at, digest] = /** @type {[string, number, string, string]} */ (json(leaf))
  must(leafTenant === tenantId && leafSequence === sequence, 'the leaf is of another tenant or transfer')
  must(leafIndex === sequence - 1, 'the leaf stands at another place')
  must(sha256(content).toString('hex') === digest, 'the content is not what the leaf says')
  const [origin, size, root, ...more] = openNote(proof.checkpoint, trustedKey ?? proof.key)
  must(origin === `nova-x.ledger/${tenantId}`, 'the checkpoint is of another ledger')
  must(size === String(treeSize), 'the checkpoint is of another size')
  const path = proof.path.map((hash) => Buffer.from(hash, 'base64'))
  const found = rootFrom(sha256(Uint8Array.of(0), leaf), leafIndex, treeSize, path)
  must(Buffer.from(found).toString('base64') === root, 'the path does not lead to the signed root')
  const [key, kind, phase, , currency, , memo, lines] = /** @type {Content} */ (json(content))
  const entry = lines[line]
  if (entry === undefined) throw new Error('the transfer has no such line')
  const [party, purpose, amountMinor] = entry
  const time = more.find((each) => each.startsWith('time ')) ?? ''
  return {
    tenantId,
    sequence,
    line,
    at,
    key,
    kind,
    phase,
    memo,
    party,
    purpose,
    currency,
    amountMinor,
    treeSize,
    sealed: time.slice(5)
  }
}

const args = process.argv.slice(2)
const named = args.indexOf('--key')
const trusted = named === -1 ? undefined : args[named + 1]
const [file] = args.filter((_, index) => named === -1 || (index !== named && index !== named + 1))
if (file === undefined || file === '--help') {
  process.stderr.write(`${usage}\n`)
  process.exitCode = file === undefined ? 2 : 0
} else {
  try {
    const entry = check(/** @type {Proof} */ (json(readFileSync(file, 'utf8'))), trusted)
    process.stdout.write(`${JSON.stringify({ ok: true, ...entry }, null, 2)}\n`)
    if (trusted === undefined)
      process.stderr.write(
        'The key is the one in the proof: compare it with the one you know, or give it with --key.\n'
      )
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({ ok: false, because: error instanceof Error ? error.message : String(error) })}\n`
    )
    process.exitCode = 1
  }
}
