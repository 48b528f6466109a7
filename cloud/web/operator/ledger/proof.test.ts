import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { checkProof, entryOf, transferOf, type Proof } from './proof.ts'
import { browserCrypto } from './web-crypto.ts'

// The other side of the bargain, written here from RFC 6962 §2.1 and the C2SP notes, not taken from the cloud.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const rawKey = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
const sha = (...parts: readonly (Buffer | string)[]): Buffer => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}
const leafHash = (leaf: string) => sha(Buffer.of(0), leaf)
const below = (size: number) => 2 ** Math.floor(Math.log2(size - 1))

function rootOf(leaves: readonly string[]): Buffer {
  if (leaves.length === 1) return leafHash(leaves[0] ?? '')
  const cut = below(leaves.length)
  return sha(Buffer.of(1), rootOf(leaves.slice(0, cut)), rootOf(leaves.slice(cut)))
}

function pathOf(index: number, leaves: readonly string[]): Buffer[] {
  if (leaves.length === 1) return []
  const cut = below(leaves.length)
  return index < cut
    ? [...pathOf(index, leaves.slice(0, cut)), rootOf(leaves.slice(cut))]
    : [...pathOf(index - cut, leaves.slice(cut)), rootOf(leaves.slice(0, cut))]
}

const name = 'nova-x.ledger'
const typed = Buffer.concat([Buffer.of(1), rawKey])
const keyId = sha(`${name}\n`, typed).subarray(0, 4)
const key = `${name}+${keyId.toString('hex')}+${typed.toString('base64')}`

const contentAt = (index: number) =>
  JSON.stringify([
    `k${index}`,
    'charge',
    'posted',
    null,
    'CNY',
    null,
    '',
    [
      ['driver:d', 'account', -index],
      ['operator', 'revenue', index]
    ]
  ])
const leafAt = (index: number) =>
  JSON.stringify(['demo', index + 1, '2026-11-21T00:00:00Z', sha(contentAt(index)).toString('hex')])

function proofOf(index: number, size: number): Proof {
  const leaves = Array.from({ length: size }, (_, each) => leafAt(each))
  const root = rootOf(leaves).toString('base64')
  const body = `nova-x.ledger/demo\n${size}\n${root}\nchain ${'0'.repeat(64)}\ntime 2026-11-21T00:01:00Z\n`
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(body), privateKey)])
  return {
    tenantId: 'demo',
    sequence: index + 1,
    line: 1,
    content: contentAt(index),
    leaf: leafAt(index),
    leafIndex: index,
    treeSize: size,
    path: pathOf(index, leaves).map((each) => each.toString('base64')),
    checkpoint: `${body}\n— ${name} ${signature.toString('base64')}\n`,
    key
  }
}

const crypto = browserCrypto()
if (!crypto) throw new Error('this Node has no WebCrypto')
const failed = async (proof: Proof) =>
  (await checkProof(proof, crypto)).filter(({ ok }) => !ok).map((step) => step.name)

void test('every entry of trees of 1 to 33 transfers is proved', async (t) => {
  for (let size = 1; size <= 33; size++)
    for (let index = 0; index < size; index++)
      if (size < 10 || index % 7 === 0)
        t.strictSame(await failed(proofOf(index, size)), [], `${index} of ${size}`)
})

void test('the entry is read out of what was hashed', async (t) => {
  t.strictSame(entryOf(proofOf(4, 9)), { party: 'operator', purpose: 'revenue', amountMinor: 4 })
  t.equal(entryOf({ content: 'x', line: 0 }), undefined)
  t.equal(entryOf({ content: contentAt(1), line: 7 }), undefined)
})

void test('the transfer speaks for itself, or not at all', async (t) => {
  t.strictSame(transferOf(contentAt(3)), {
    key: 'k3',
    kind: 'charge',
    phase: 'posted',
    currency: 'CNY',
    sessionId: ''
  })
  t.match(transferOf('{'), { key: '', currency: '' })
})

const good = proofOf(4, 9)
const other = generateKeyPairSync('ed25519')
const otherTyped = Buffer.concat([
  Buffer.of(1),
  other.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
])
const otherKey = `${name}+${sha(`${name}\n`, otherTyped).subarray(0, 4).toString('hex')}+${otherTyped.toString('base64')}`
const forgeries: readonly { title: string; proof: Proof; fails: readonly string[] }[] = [
  {
    title: 'another amount',
    proof: { ...good, content: good.content.replace('-4', '-3') },
    fails: ['digest']
  },
  { title: 'a line that is not there', proof: { ...good, line: 2 }, fails: ['entry'] },
  {
    title: 'a leaf of another instant',
    proof: { ...good, leaf: good.leaf.replace('2026', '2025') },
    fails: ['root']
  },
  { title: 'another place', proof: { ...good, leafIndex: 5 }, fails: ['leaf', 'root'] },
  { title: 'a path cut short', proof: { ...good, path: good.path.slice(1) }, fails: ['root'] },
  { title: 'a path too long', proof: { ...good, path: [...good.path, ...good.path] }, fails: ['root'] },
  {
    title: 'a checkpoint of a later instant',
    proof: { ...good, checkpoint: good.checkpoint.replace('00:01', '00:02') },
    fails: ['signature']
  },
  { title: 'no checkpoint at all', proof: { ...good, checkpoint: 'x' }, fails: ['root', 'signature'] },
  { title: 'the key of somebody else', proof: { ...good, key: otherKey }, fails: ['signature'] },
  { title: 'another tenant', proof: { ...good, tenantId: 'other' }, fails: ['digest', 'signature'] }
]
for (const { title, proof, fails } of forgeries)
  void test(`${title}: ${fails.join(' and ')} fails`, async (t) => t.strictSame(await failed(proof), fails))

void test('one flipped byte anywhere in content, leaf or checkpoint is found', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('content' as const, 'leaf' as const, 'checkpoint' as const),
      fc.nat(),
      fc.integer({ min: 1, max: 127 }),
      async (field, place, by) => {
        const text = good[field]
        const at = place % text.length
        const code = text.charCodeAt(at)
        if (code > 127) return
        const flipped = `${text.slice(0, at)}${String.fromCharCode(code ^ by)}${text.slice(at + 1)}`
        const bad = await failed({ ...good, [field]: flipped }).catch(() => ['unreadable'])
        if (bad.length === 0) throw new Error(`${field} at ${at}`)
      }
    ),
    { numRuns: 300 }
  )
  t.pass('each was found')
})
