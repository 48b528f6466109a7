import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { readKey, readRecord, verifyRecord, type Curve, type Verify } from './index.ts'

const folder = process.env['NOVA_VECTORS_OCMF'] ?? '/work/shared/vectors/ocmf'
const skip = existsSync(folder) ? false : `the vectors are not on this machine (${folder})`

const Case = z.object({
  id: z.string(),
  source_file: z.string(),
  record: z.string().optional(),
  payload: z.string().optional(),
  signature_hex: z.string().optional(),
  public_key_as_published: z.string().nullish(),
  public_key_spki_hex: z.string().nullish(),
  curve_of_key: z.string().nullish(),
  SA: z.string().nullable(),
  payload_sha256: z.string(),
  readings: z.array(z.record(z.string(), z.unknown())).optional(),
  expect: z.object({ parses: z.boolean(), verifies: z.boolean().nullable() })
})
const cases = skip ? [] : z.array(Case).parse(JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')))

const verify: Verify = ({ text, hash, form, signature, spkiHex }) => {
  const key = createPublicKey({ key: Buffer.from(spkiHex, 'hex'), format: 'der', type: 'spki' })
  const dsaEncoding = form === 'der' ? 'der' : 'ieee-p1363'
  return verifySignature(hash, Buffer.from(text), { key, dsaEncoding }, signature)
}

/** Some sources give the parts alone: put together as a charger would send them. */
const textOf = ({ record, payload, signature_hex: SD, SA }: z.infer<typeof Case>): string =>
  record ?? `OCMF|${payload}|${JSON.stringify({ ...(SA === null ? {} : { SA }), SD })}`

for (const each of cases) {
  void test(`${each.id} of ${each.source_file}: read and judged as measured`, async (t) => {
    const read = readRecord(textOf(each))
    t.equal(read.ok, each.expect.parses)
    if (!read.ok) return
    const { record } = read
    t.equal(createHash('sha256').update(record.payload).digest('hex'), each.payload_sha256, 'the same bytes')
    each.readings?.forEach(({ RV, RI }, index) => {
      t.equal(Number(record.readings[index]?.value), Number(RV))
      if (typeof RI === 'string') t.equal(record.readings[index]?.register, RI)
    })
    for (const published of [each.public_key_spki_hex, each.public_key_as_published]) {
      if (published === null || published === undefined) continue
      const key = readKey(published, each.curve_of_key as Curve)
      if (typeof key === 'string') throw new Error(key)
      t.equal(key.curve, each.curve_of_key)
      t.equal(key.spkiHex.toUpperCase(), each.public_key_spki_hex, 'the same key in any form')
      t.equal(verifyRecord(record, key, verify).isGenuine, each.expect.verifies)
    }
  })
}

void test('any byte of a genuine payload changed is found', { skip }, async (t) => {
  for (const each of cases.filter(({ expect }) => expect.verifies === true).slice(0, 12)) {
    const text = textOf(each)
    const end = text.lastIndexOf('|')
    const at = 6 + (((each.id.codePointAt(6) ?? 0) * 37) % (end - 8))
    const flipped = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`
    const read = readRecord(flipped)
    const key = readKey(each.public_key_spki_hex ?? '')
    t.ok(!read.ok || (typeof key !== 'string' && !verifyRecord(read.record, key, verify).isGenuine), each.id)
  }
})

void test('the vectors made elsewhere are here', { skip }, async (t) => {
  t.equal(new Set(cases.map(({ curve_of_key: curve }) => curve)).size, 7, 'seven curves')
})
