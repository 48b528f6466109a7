/** Exact decimals as text, for showing a sum a person can redo by hand; no binary float on the way. */
type Scaled = { readonly units: bigint; readonly digits: number }

function scaledOf(text: string): Scaled {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) throw new RangeError(`not a decimal: ${text}`)
  const [, sign = '', whole = '', fraction = ''] = match
  return { units: BigInt(`${sign}${whole}${fraction}`), digits: fraction.length }
}

/** 120 with two digits is "1.2": no zeros that say nothing, as people write. */
function textOf({ units, digits }: Scaled): string {
  const sign = units < 0n ? '-' : ''
  const text = String(units < 0n ? -units : units).padStart(digits + 1, '0')
  const fraction = digits === 0 ? '' : text.slice(-digits).replace(/0+$/, '')
  const whole = digits === 0 ? text : text.slice(0, -digits)
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** @throws RangeError when one of them is no decimal */
export function product(left: string, right: string): string {
  const [a, b] = [scaledOf(left), scaledOf(right)]
  return textOf({ units: a.units * b.units, digits: a.digits + b.digits })
}

/** @throws RangeError when one of them is no decimal */
export function sumOfTexts(texts: readonly string[]): string {
  const all = texts.map(scaledOf)
  const digits = Math.max(0, ...all.map((each) => each.digits))
  const units = all.reduce((sum, each) => sum + each.units * 10n ** BigInt(digits - each.digits), 0n)
  return textOf({ units, digits })
}

/** Minor units as the rating rounds: half up, once. @throws RangeError when it is no decimal */
export function minorHalfUp(text: string, minorDigits: number): bigint {
  const { units, digits } = scaledOf(text)
  if (digits <= minorDigits) return units * 10n ** BigInt(minorDigits - digits)
  const divisor = 10n ** BigInt(digits - minorDigits)
  const doubled = units * 2n + divisor
  const quotient = doubled / (divisor * 2n)
  return doubled < 0n && doubled % (divisor * 2n) !== 0n ? quotient - 1n : quotient
}
