import { minorDigits, share, type Money } from '@nova/shared-protocol/units'
import type { AccountName, Entry } from './model.ts'

/**
 * A party of a contract and its part. Decimal texts; money in major units of `currency`. Exactly one term each:
 * `percent` of the net; `perKwh`; `fixed` a session; `tiers`, each percentage for the part of the net from there on;
 * or `rest`, what the others leave. `minimum` lifts the part, as far as the net reaches.
 */
export type Share = AccountName & {
  readonly percent?: string | undefined
  readonly perKwh?: string | undefined
  readonly fixed?: string | undefined
  readonly tiers?: readonly { readonly from: string; readonly percent: string }[] | undefined
  readonly rest?: true | undefined
  readonly minimum?: string | undefined
  readonly currency?: string | undefined
}

/** Without a contract the operator gets all of it: nobody's share is guessed. */
export const operatorTakesAll: readonly Share[] = [{ party: 'operator', purpose: 'revenue', percent: '100' }]

const places = 6
const scale = 10n ** BigInt(places)
const hundred = 100n * scale

/** @throws RangeError when the text is no decimal with up to six places */
function millionths(text: string): bigint {
  const [, before = '', after = ''] = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text) ?? []
  if (before === '') throw new RangeError(`not a decimal with up to six places: ${text}`)
  return BigInt(before + after.padEnd(places, '0'))
}

const terms = ['percent', 'perKwh', 'fixed', 'tiers', 'rest'] as const

/** @throws RangeError that says why these shares are no contract */
export function checkShares(shares: readonly Share[]): void {
  for (const each of shares) checkShare(each)
  const names = new Set(shares.map(({ party, purpose }) => `${party}\n${purpose}`))
  if (names.size !== shares.length) throw new RangeError('a party stands there twice')
  const rests = shares.filter(({ rest }) => rest === true).length
  if (rests > 1) throw new RangeError('only one party can get the rest')
  const percents = shares.reduce((all, { percent = '0' }) => all + millionths(percent), 0n)
  if (percents > hundred) throw new RangeError('percentages make more than 100')
  const isAllPercent = shares.every(({ percent, minimum }) => percent !== undefined && minimum === undefined)
  if (rests === 0 && !(isAllPercent && percents === hundred))
    throw new RangeError('percentages must make 100, or one party gets the rest')
}

function checkShare(each: Share): void {
  const named = terms.filter((term) => each[term] !== undefined)
  if (named.length !== 1)
    throw new RangeError(`${each.party}: one of ${terms.join(', ')}, not ${named.length}`)
  const isMoney = each.perKwh ?? each.fixed ?? each.tiers ?? each.minimum
  if (isMoney !== undefined && each.currency === undefined) throw new RangeError(`${each.party}: no currency`)
  for (const text of [each.percent, each.perKwh, each.fixed, each.minimum])
    if (text !== undefined) millionths(text)
  checkTiers(each)
}

function checkTiers({ party, tiers }: Share): void {
  if (tiers === undefined) return
  const from = tiers.map((tier) => millionths(tier.from))
  if (from[0] !== 0n || from.some((each, index) => index > 0 && each <= (from[index - 1] ?? 0n)))
    throw new RangeError(`${party}: tiers begin at 0 and rise`)
  if (tiers.some(({ percent }) => millionths(percent) > hundred))
    throw new RangeError(`${party}: above 100 percent`)
}

/** What was sold: the net amount that is split, and the energy (decimal text of Wh). */
export type Sold = { readonly net: Money; readonly energyWh: string }

const energyPlaces = 12
// One minor unit in the unit of claims: fine enough for a percentage, a price and an energy with all their places.
const minor = 10n ** BigInt(places + places + energyPlaces)

/**
 * Parts of the net by the contract's terms; they add up to it, by largest remainder. When the terms claim more than
 * there is, each gets its proportion. Terms in another currency claim nothing.
 */
export function split({ net, energyWh }: Sold, shares: readonly Share[]): Entry[] {
  if (net.amountMinor === 0) return []
  const whole = BigInt(net.amountMinor) * minor
  const claims = shares.map((each) => claimOf(each, net, energyWh))
  const claimed = claims.reduce((all, each) => all + each, 0n)
  const rest = shares.findIndex((each) => each.rest === true)
  const weights = claims.map((claim, index) =>
    index === rest && whole > claimed ? claim + whole - claimed : claim
  )
  const amounts = share(net, weights)
  return shares.flatMap(({ party, purpose }, index) => {
    const amountMinor = amounts[index]?.amountMinor ?? 0
    return amountMinor === 0 ? [] : [{ party, purpose, amountMinor }]
  })
}

function claimOf(term: Share, net: Money, energyWh: string): bigint {
  if (term.currency !== undefined && term.currency !== net.currency) return 0n
  const claim = bareClaim(term, net, energyWh)
  const least = term.minimum === undefined ? 0n : majorUnits(term.minimum, net.currency)
  return claim > least ? claim : least
}

function bareClaim(term: Share, net: Money, energyWh: string): bigint {
  const amount = BigInt(net.amountMinor) * minor
  if (term.percent !== undefined) return (amount * millionths(term.percent)) / hundred
  if (term.fixed !== undefined) return majorUnits(term.fixed, net.currency)
  if (term.perKwh !== undefined)
    return (
      (majorUnits(term.perKwh, net.currency) * energyOf(energyWh)) / (1_000n * 10n ** BigInt(energyPlaces))
    )
  return (term.tiers ?? []).reduce((all, { from, percent }, index, tiers) => {
    const next = tiers[index + 1]
    const begin = majorUnits(from, net.currency)
    const end = next === undefined ? amount : least(amount, majorUnits(next.from, net.currency))
    return end > begin ? all + ((end - begin) * millionths(percent)) / hundred : all
  }, 0n)
}

const least = (left: bigint, right: bigint): bigint => (left < right ? left : right)

const majorUnits = (text: string, currency: string): bigint =>
  (millionths(text) * 10n ** BigInt(minorDigits(currency)) * minor) / scale

/** Wh as a fraction of 10^-12; places beyond are below any price that can be written. */
function energyOf(text: string): bigint {
  const [, before = '', after = ''] = /^(\d{1,15})(?:\.(\d+))?$/.exec(text) ?? []
  if (before === '') throw new RangeError(`not an energy: ${text}`)
  return BigInt(before + after.slice(0, energyPlaces).padEnd(energyPlaces, '0'))
}

/** Parts of a whole so far returned, after which the parts of `amount` more add up, to the last unit. */
export function returnedAfter(parts: readonly Entry[], currency: string, totalMinor: number): Entry[] {
  const amounts = share(
    { currency, amountMinor: totalMinor },
    parts.map(({ amountMinor }) => BigInt(amountMinor))
  )
  return parts.map((part, index) => ({ ...part, amountMinor: amounts[index]?.amountMinor ?? 0 }))
}
