import { fromBase64, fromHex, toHex } from './bytes.ts'

/** Curves in the names of OpenSSL; `size` bytes a coordinate; `oid` as DER of the object identifier (SEC 2, RFC 5639). */
export const curves = {
  secp192k1: { size: 24, oid: '06052b8104001f' },
  secp192r1: { size: 24, oid: '06082a8648ce3d030101' },
  secp256k1: { size: 32, oid: '06052b8104000a' },
  secp256r1: { size: 32, oid: '06082a8648ce3d030107' },
  secp384r1: { size: 48, oid: '06052b81040022' },
  secp521r1: { size: 66, oid: '06052b81040023' },
  brainpoolP256r1: { size: 32, oid: '06092b2403030208010107' },
  brainpoolP384r1: { size: 48, oid: '06092b240303020801010b' },
  brainpoolP512r1: { size: 64, oid: '06092b240303020801010d' }
} as const
export type Curve = keyof typeof curves

const aliases: Readonly<Record<string, Curve>> = {
  prime256v1: 'secp256r1',
  p256: 'secp256r1',
  prime192v1: 'secp192r1',
  p192: 'secp192r1',
  p384: 'secp384r1',
  p521: 'secp521r1',
  brainpool256r1: 'brainpoolP256r1',
  brainpool384r1: 'brainpoolP384r1',
  brainpool512r1: 'brainpoolP512r1'
}
const byName = new Map<string, Curve>([
  ...Object.entries(aliases),
  ...(Object.keys(curves) as Curve[]).map((curve) => [curve.toLowerCase(), curve] as const)
])

/** A curve by any name that meters and tools give it, in any case. */
export const curveNamed = (name: string): Curve | undefined =>
  byName.get(name.toLowerCase().replace('nist', ''))

export type PublicKey = { readonly curve: Curve; readonly spkiHex: string }
export type KeyFault = 'key-not-readable' | 'key-curve-unknown'

const ecPublicKey = '06072a8648ce3d0201'

/**
 * A public key as vendors publish it: DER SubjectPublicKeyInfo or a bare point (04‖X‖Y, X‖Y or compressed), in hex,
 * Base64 or PEM. A bare point says nothing of its curve: `named` does, or else its length decides for the format's
 * default curve.
 */
export function readKey(text: string, named?: Curve): PublicKey | KeyFault {
  const bare = text.replaceAll(/-----[A-Z ]+-----/g, '').trim()
  const bytes = fromHex(bare) ?? fromBase64(bare)
  if (!bytes || bytes.length < 24 || bytes.length > 300) return 'key-not-readable'
  const hex = toHex(bytes)
  return hex.startsWith('30') && hex.includes(ecPublicKey) ? fromSpki(hex) : fromPoint(hex, named)
}

function fromSpki(hex: string): PublicKey | KeyFault {
  const parameters = hex.slice(hex.indexOf(ecPublicKey) + ecPublicKey.length)
  const curve = (Object.keys(curves) as Curve[]).find((each) => parameters.startsWith(curves[each].oid))
  if (!curve) return 'key-curve-unknown'
  const point = /^03(?:[0-7][0-9a-f]|81[89a-f][0-9a-f])00((?:04|02|03)[0-9a-f]*)$/.exec(
    parameters.slice(curves[curve].oid.length)
  )?.[1]
  return point === undefined ? 'key-not-readable' : spkiOf(curve, point)
}

function fromPoint(hex: string, named: Curve | undefined): PublicKey | KeyFault {
  const length = hex.length / 2
  const size = named ? curves[named].size : sizeOf(hex)
  const curve = named ?? defaultOf.get(size)
  if (!curve) return 'key-curve-unknown'
  if (length === 2 * size) return spkiOf(curve, `04${hex}`)
  return spkiOf(curve, hex)
}

const defaultOf = new Map<number, Curve>([
  [24, 'secp192r1'],
  [32, 'secp256r1'],
  [48, 'secp384r1'],
  [66, 'secp521r1']
])

function sizeOf(hex: string): number {
  const length = hex.length / 2
  if (length % 2 === 0) return length / 2
  return hex.startsWith('04') ? (length - 1) / 2 : length - 1
}

/** RFC 5480: the point in a BIT STRING behind the algorithm and its curve. */
function spkiOf(curve: Curve, point: string): PublicKey | KeyFault {
  const { size, oid } = curves[curve]
  const wanted = point.startsWith('04') ? 1 + 2 * size : 1 + size
  if (!/^0[234]/.test(point) || point.length !== 2 * wanted) return 'key-not-readable'
  const algorithm = tagged('30', `${ecPublicKey}${oid}`)
  return { curve, spkiHex: tagged('30', `${algorithm}${tagged('03', `00${point}`)}`) }
}

function tagged(tag: string, content: string): string {
  const length = content.length / 2
  const short = length.toString(16).padStart(2, '0')
  return `${tag}${length < 128 ? short : `81${short}`}${content}`
}
