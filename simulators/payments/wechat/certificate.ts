import { createSign, type KeyObject } from 'node:crypto'

/** One DER value: tag, length, content (X.690). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, Math.floor(size / 0x100), size % 0x100]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05))

const named = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name, 'utf8')))))

/** `YYMMDDHHMMSSZ`, good until 2049. */
const utcTime = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`))

type Wanted = {
  readonly name: string
  readonly serial: string // Hexadecimal, beginning below 8.
  readonly from: number
  readonly until: number
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** A self-signed X.509 certificate (RFC 5280), as PEM. */
export function certificateOf({ name, serial, from, until, publicKey, privateKey }: Wanted): string {
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(serial, 'hex')),
    sha256WithRsa,
    named(name),
    sequence(utcTime(from), utcTime(until)),
    named(name),
    publicKey.export({ format: 'der', type: 'spki' })
  )
  const signature = createSign('RSA-SHA256').update(tbs).sign(privateKey)
  const whole = sequence(tbs, sha256WithRsa, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
