import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify as verifySignature
} from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { exact, difference, shifted, written } from './decimal.ts'
import { fromBase64, fromHex, fromUtf8, toHex } from './bytes.ts'
import {
  curveNamed,
  keysFor,
  proofOf,
  readAlgorithm,
  readKey,
  readRecord,
  signatureForm,
  transparencyXml,
  verifyRecord,
  type SignedRecord,
  type Verify
} from './index.ts'

const verify: Verify = ({ text, hash, form, signature, spkiHex }) => {
  const key = createPublicKey({ key: Buffer.from(spkiHex, 'hex'), format: 'der', type: 'spki' })
  const dsaEncoding = form === 'der' ? 'der' : 'ieee-p1363'
  return verifySignature(hash, Buffer.from(text), { key, dsaEncoding }, signature)
}

const signature = '{"SD":"3006020101020101"}'
const reading = (more: object = {}) => ({
  TM: '2026-03-01T10:00:00,000+0100 S',
  TX: 'B',
  RV: 100,
  RI: '1-b:1.8.0',
  RU: 'kWh',
  ST: 'G',
  ...more
})
const begin = reading()
const end = { TM: '2026-03-01T11:00:00,000+0100 S', TX: 'E', RV: 107.5 }

function record(readings: readonly object[], more: object = {}): SignedRecord {
  const read = readRecord(
    `OCMF|${JSON.stringify({ MS: 'M1', PG: 'T7', RD: readings, ...more })}|${signature}`
  )
  if (!read.ok) throw new Error(read.fault)
  return read.record
}

const unread = [
  ['nothing', ''],
  ['another format', 'EDL|{}|{}'],
  ['one bar only', `OCMF|${signature}`],
  ['a payload that is no JSON', `OCMF|{|${signature}`],
  ['a payload that is no object', `OCMF|[]|${signature}`],
  ['half a letter, which has no bytes', `OCMF|{"RD":[],"ID":"\u{d800}"}|${signature}`],
  ['no signature in its section', 'OCMF|{"RD":[]}|{"SA":"x"}'],
  ['a signature in no alphabet', 'OCMF|{"RD":[]}|{"SD":"********"}']
] as const
for (const [title, text] of unread) {
  void test(`${title} is no record`, async (t) => {
    t.notOk(readRecord(text).ok)
  })
}

void test('a bar in a name belongs to the payload, digits stay as they were written', async (t) => {
  const payload = '{"ID":"a|b", "RD":[{"RV":2.10720},{"RV":"  00000.000"},{"RV":7E-2}]}'
  const read = readRecord(`  OCMF|${payload}|${signature}\n`)
  t.ok(read.ok && read.record.payload === payload)
  t.strictSame(read.ok && read.record.readings.map(({ value }) => value), ['2.10720', '  00000.000', '7E-2'])
  t.equal(read.ok && read.record.identification.data, 'a|b')
})

void test('a record as a whole in hex or Base64 is the same record', async (t) => {
  const text = `OCMF|{"ID":"é🚗","RD":[]}|${signature}`
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const read = readRecord(Buffer.from(text).toString(encoding))
    t.equal(read.ok && read.record.text, text)
  }
  t.notOk(readRecord(Buffer.from('OCMF|x').toString('hex')).ok)
  t.notOk(readRecord('ff'.repeat(20)).ok, 'bytes that are no text')
})

void test('what a reading leaves out it has from the one before, its value alone is its own', async (t) => {
  const { readings } = record([begin, { RV: 3, RI: '1-b:1.9.0' }, { ...end, EF: 'E', ST: null }])
  t.match(readings, [
    { at: '2026-03-01T09:00:00.000Z', clock: 'S', transaction: 'B', status: 'G', errors: '' },
    { at: '2026-03-01T09:00:00.000Z', clock: 'S', transaction: 'B', register: '1-b:1.9.0', unit: 'kWh' },
    { at: '2026-03-01T10:00:00.000Z', transaction: 'E', register: '1-b:1.9.0', status: null, errors: 'E' }
  ])
  t.equal(record([begin, {}]).readings[1]?.value, null)
})

void test('a clock without a known letter is unknown, a day that is none has no instant', async (t) => {
  const { readings } = record([
    { TM: '2026-03-01T10:00:00,000+0100' },
    { TM: '2026-02-30T10:00:00,000+0100 I' },
    { TM: 'yesterday Q', TX: 'Z' }
  ])
  t.match(readings, [{ clock: 'U' }, { at: null, clock: 'I' }, { at: null, clock: 'U', transaction: null }])
})

const algorithms = [
  ['', 'secp256r1', 'sha256', false],
  ['ECDSA-secp192k1-SHA256', 'secp192k1', 'sha256', true],
  ['ECDSA-brainpool256r1-SHA256', 'brainpoolP256r1', 'sha256', true],
  ['ECDSA-brainpoolP384r1-SHA384', 'brainpoolP384r1', 'sha384', true],
  ['ECDSA-SECP521R1-SHA512', 'secp521r1', 'sha512', true],
  ['RSA-MD5', null, null, true]
] as const
for (const [named, curve, hash, isNamed] of algorithms) {
  void test(`algorithm "${named}" is ${curve} with ${hash}`, async (t) => {
    t.strictSame(readAlgorithm(named), { curve, hash, isNamed })
  })
}

const everyCurve = [
  'secp192k1',
  'secp192r1',
  'secp256k1',
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1'
] as const
for (const curve of everyCurve) {
  void test(`${curve}: a key in every form is one key; DER and raw signatures hold, altered ones do not`, async (t) => {
    const openSsl: Record<string, string> = { secp192r1: 'prime192v1', secp256r1: 'prime256v1' }
    const pair = generateKeyPairSync('ec', { namedCurve: openSsl[curve] ?? curve })
    const spki = pair.publicKey.export({ type: 'spki', format: 'der' })
    const key = readKey(spki.toString('hex').replaceAll(/(.{4})/g, '$1 '))
    if (typeof key === 'string') throw new Error(key)
    t.match(key, { curve, spkiHex: spki.toString('hex') })
    const { point, pem } = {
      point: pointOf(spki),
      pem: String(pair.publicKey.export({ type: 'spki', format: 'pem' }))
    }
    for (const form of [spki.toString('base64'), pem]) t.strictSame(readKey(form), key)
    for (const bare of [point, point.subarray(1)]) t.strictSame(readKey(bare.toString('hex'), curve), key)
    const payload = JSON.stringify({ MS: 'M1', RD: [begin, end], ID: 'é' })
    for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
      const made = sign('sha256', Buffer.from(payload), { key: pair.privateKey, dsaEncoding })
      const sections = [
        { SA: `ECDSA-${curve}-SHA256`, SD: made.toString('hex') },
        { SE: 'base64', SD: made.toString('base64') }
      ]
      for (const section of sections) {
        const read = readRecord(`OCMF|${payload}|${JSON.stringify(section)}`)
        if (!read.ok) throw new Error(read.fault)
        t.strictSame(verifyRecord(read.record, key, verify), { isGenuine: true, curveDiffers: false })
        const altered = { ...read.record, payload: `${payload} ` }
        t.notOk(verifyRecord(altered, key, verify).isGenuine, 'one blank more')
      }
    }
  })
}

/** The point lies at the end of the structure; 04 before its two halves. */
function pointOf(spki: Buffer): Buffer {
  const half = [24, 32, 48, 66, 64].find(
    (size) => spki.at(-(2 * size + 1)) === 4 && spki.at(-(2 * size + 2)) === 0
  )
  return spki.subarray(-(2 * (half ?? 0) + 1))
}

void test('what is no key is named', async (t) => {
  t.equal(readKey(''), 'key-not-readable')
  t.equal(readKey('ab'.repeat(10)), 'key-not-readable')
  t.equal(readKey('04'.repeat(61)), 'key-curve-unknown')
  t.equal(readKey(`05${'ab'.repeat(64)}`, 'secp256r1'), 'key-not-readable')
  t.equal(readKey(`3059301306072a8648ce3d020106082a8648ce3d030199${'00'.repeat(68)}`), 'key-curve-unknown')
  t.equal(readKey(`3059301306072a8648ce3d020106082a8648ce3d030107${'00'.repeat(68)}`), 'key-not-readable')
  t.equal(curveNamed('NIST-P256'.replace('-', '')), 'secp256r1')
  t.match(readKey(`02${'ab'.repeat(32)}`), { curve: 'secp256r1' }, 'a compressed point of the default curve')
  t.match(readKey('ab'.repeat(48)), { curve: 'secp192r1' }, '48 bytes are two coordinates of 24')
})

void test('a signature is DER only as a whole, else as long as two coordinates, else nothing', async (t) => {
  t.equal(signatureForm(fromHex('3006020101020101') ?? new Uint8Array(), 'secp256r1'), 'der')
  t.equal(signatureForm(fromHex(`30${'ab'.repeat(63)}`) ?? new Uint8Array(), 'secp256r1'), 'raw')
  t.equal(signatureForm(fromHex('300602010102') ?? new Uint8Array(), 'secp256r1'), undefined)
})

void test('the curve of the key decides; a record that names another one says so', async (t) => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const payload = '{"RD":[]}'
  const SD = sign('sha256', Buffer.from(payload), pair.privateKey).toString('hex')
  const key = readKey(pair.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'))
  if (typeof key === 'string') throw new Error(key)
  for (const [SA, curveDiffers] of [
    [undefined, false],
    ['ECDSA-secp256r1-SHA256', true]
  ] as const) {
    const read = readRecord(`OCMF|${payload}|${JSON.stringify({ SA, SD })}`)
    t.strictSame(read.ok && verifyRecord(read.record, key, verify), { isGenuine: true, curveDiffers })
  }
  const strange = readRecord(`OCMF|${payload}|${JSON.stringify({ SA: 'RSA-MD5', SD })}`)
  t.notOk(strange.ok && verifyRecord(strange.record, key, verify).isGenuine, 'no hash, no proof')
})

void test('a key counts for its meter and in its time alone', async (t) => {
  const key = { curve: 'secp256r1', spkiHex: '', validUntil: '2026-01-01T00:00:00.000Z' } as const
  const keys = [{ ...key, serial: 'M1', validFrom: '2025-01-01T00:00:00.000Z' }]
  const at = '2025-06-01T00:00:00.000Z'
  t.equal(keysFor(record([]), keys, at).length, 1)
  t.equal(keysFor(record([]), keys, '2026-01-01T00:00:00.000Z').length, 0, 'it has ended')
  t.equal(keysFor(record([]), keys, '2024-12-31T23:59:59.999Z').length, 0, 'it has not begun')
  t.equal(keysFor(record([], { MS: 'M2' }), keys, at).length, 0)
  t.equal(keysFor(record([], { MS: '', GS: 'M1' }), keys, at).length, 1, 'the gateway stands for its meter')
  t.equal(keysFor(record([], { MS: undefined }), keys, at).length, 0)
})

const proofs: readonly [string, readonly object[], object][] = [
  ['begin and end', [begin, end], { ok: true, energyWh: '7500', endAt: '2026-03-01T10:00:00.000Z' }],
  [
    'Wh and tails of zeros',
    [reading({ RV: '10.5', RU: 'Wh' }), { TX: 'L', RV: '20.75' }],
    { energyWh: '10.25' }
  ],
  ['an end by the local hand', [begin, { ...end, TX: 'L' }], { ok: true }],
  ['a power cut', [begin, { ...end, TX: 'P' }], { ok: true }],
  ['readings between', [begin, { TX: 'C', RV: 104 }, { TX: 'T', RV: 105 }, end], { energyWh: '7500' }],
  ['time that is not right, energy is', [begin, { ...end, EF: 't' }], { ok: true }],
  [
    'an export register beside',
    [begin, { RI: '1-b:2.8.0', RV: 9 }, { ...end, RI: '1-b:1.8.0' }],
    { energyWh: '7500' }
  ],
  ['no begin', [reading({ TX: 'C' }), end], { fault: 'no-begin' }],
  ['no end', [begin, { ...end, TX: 'S' }], { fault: 'no-end' }],
  ['another register', [begin, { ...end, RI: '1-b:1.8.1' }], { fault: 'other-register' }],
  ['another unit', [begin, { ...end, RU: 'Wh' }], { fault: 'other-register' }],
  ['a status that is not good', [reading({ ST: 'M' }), end], { fault: 'status-not-good' }],
  ['no status at all', [reading({ ST: undefined }), end], { fault: 'status-not-good' }],
  ['an energy flag', [begin, { ...end, EF: 'Et' }], { fault: 'energy-flag' }],
  [
    'a clock nobody has set',
    [begin, { ...end, TM: '1970-01-01T00:00:00,000+0000 U' }],
    { fault: 'clock-not-allowed' }
  ],
  [
    'an end before the begin',
    [begin, { ...end, TM: '2026-03-01T09:00:00,000+0100 S' }],
    { fault: 'end-before-begin' }
  ],
  ['a register that runs back', [begin, { ...end, RV: 99 }], { fault: 'register-backwards' }],
  ['an unknown unit', [reading({ RU: 'J' }), end], { fault: 'unit-unknown' }],
  ['a value that is none', [reading({ RV: 'NaN' }), end], { fault: 'value-not-readable' }],
  [
    'a register for each tariff and none for all',
    [reading({ RI: '1-0:1.8.1' }), { RI: '1-0:1.8.2' }, end],
    { fault: 'register-ambiguous' }
  ],
  [
    'a register for each tariff beside the one for all',
    [
      reading({ RI: '1-0:1.8.1' }),
      { RI: '1-0:1.8.0*198', RV: 100 },
      { ...end, RI: '1-0:1.8.1' },
      { RI: '1-0:1.8.0*198', RV: 109 }
    ],
    { energyWh: '9000' }
  ]
]
for (const [title, readings, found] of proofs) {
  void test(`proof of ${title}: ${Object.values(found).join(', ')}`, async (t) => {
    t.match(proofOf([record(readings)]), found)
  })
}

void test('begin and end may come in two records of one meter', async (t) => {
  t.match(proofOf([record([begin]), record([{ ...begin, ...end }])]), { energyWh: '7500' })
  t.match(proofOf([record([begin]), record([{ ...begin, ...end }], { MS: 'M2' })]), { fault: 'other-meter' })
  t.match(proofOf([record([begin, end])], ['I']), { fault: 'clock-not-allowed' }, 'as the market demands')
})

void test('the export holds each record so that an XML reader gives back its very characters', async (t) => {
  const text = 'OCMF|{"ID":"<a> & \\"b\\"\r\n","RD":[]}|{"SD":"00"}'
  const xml = transparencyXml([
    { transactionId: '7"', context: 'Transaction.Begin', record: text, publicKeyHex: '3059' },
    { transactionId: '7', context: null, record: 'OCMF|{}|{}', publicKeyHex: null }
  ])
  const inside = /<signedData format="OCMF" encoding="plain">([^<]*)<\/signedData>/.exec(xml)?.[1] ?? ''
  const names: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#13': '\r' }
  t.equal(
    inside.replaceAll(/&([a-z#0-9]+);/g, (_, name: string) => names[name] ?? '?'),
    text
  )
  t.match(xml, /<value transactionId="7&quot;" context="Transaction.Begin">/)
  t.equal(xml.match(/<publicKey/g)?.length, 1)
})

void test('bytes to text and back, whatever they are', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      t.strictSame(fromHex(toHex(bytes)), bytes)
      t.strictSame(fromBase64(Buffer.from(bytes).toString('base64')), bytes)
    })
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => text === '' || fromUtf8(Buffer.from(text)) === text)
  )
  t.equal(fromBase64('A'), undefined)
  t.equal(fromHex('abc'), undefined)
})

void test('decimals are exact: the sum of steps is the difference of the ends', async (t) => {
  const decimal = fc
    .tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.nat(6))
    .map(([digits, scale]) => ({ digits, scale }))
  fc.assert(
    fc.property(decimal, decimal, decimal, (a, b, c) => {
      const whole = difference(a, c)
      const [ab, bc] = [difference(a, b), difference(b, c)]
      const sum = difference({ digits: -ab.digits, scale: ab.scale }, bc)
      return written(whole) === written(sum)
    })
  )
  fc.assert(
    fc.property(decimal, (each) => {
      const read = exact(written(each))
      return read !== undefined && written(read) === written(each)
    })
  )
  t.equal(written(shifted(exact('2.10720') ?? { digits: 0n, scale: 0 }, 3)), '2107.2')
  t.equal(written(exact('-0.50') ?? { digits: 0n, scale: 0 }), '-0.5')
  t.equal(exact('1,5'), undefined)
  t.equal(exact('12E2')?.digits, 1200n)
})

void test('no text whatever makes it throw or hang', async (t) => {
  const piece = fc.constantFrom(
    'OCMF',
    '|',
    '{',
    '}',
    '"RD":',
    '[',
    ']',
    '{"SD":"',
    '30',
    '"',
    '\u{d800}',
    'RV',
    ',',
    ':'
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      (pieces) => typeof readRecord(pieces.join('')).ok === 'boolean'
    )
  )
  t.equal(createHash('sha256').update('').digest('hex').length, 64)
})
