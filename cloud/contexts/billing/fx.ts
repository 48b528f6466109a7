import { randomUUID } from 'node:crypto'
import type { Money } from '@nova/shared-protocol/units'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { moneyExchanged } from './events.ts'
import { exchange, type Exchanged } from './exchange.ts'

/** A rate as somebody published it: 1 `base` is `rate` `quote` from `validAt` on. Never changed. */
export type FxRate = {
  readonly id: string
  readonly base: string
  readonly quote: string
  readonly rate: string
  readonly source: string
  readonly validAt: string
  readonly enteredBy: string
}

const columns = `id, base, quote, rate, source, valid_at as "validAt", entered_by as "enteredBy"`

/** @throws Problem 409 `rate-exists` when the source has another rate at that instant */
export async function addRate(tx: Tx, rate: FxRate): Promise<FxRate> {
  const { id, base, quote, source, validAt, enteredBy } = rate
  await tx.query(
    `insert into fx_rates (tenant_id, id, base, quote, rate, source, valid_at, entered_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [id, base, quote, rate.rate, source, validAt, enteredBy]
  )
  const kept = await tx.one<FxRate>(
    `select ${columns} from fx_rates where base = $1 and quote = $2 and source = $3 and valid_at = $4`,
    [base, quote, source, validAt]
  )
  if (kept.rate !== rate.rate)
    throw problem(
      409,
      'rate-exists',
      'This source has another rate at that instant; rates are never changed.'
    )
  return kept
}

export async function rateBefore(
  tx: Tx,
  pair: { base: string; quote: string },
  at: string
): Promise<FxRate | undefined> {
  return tx.maybe<FxRate>(
    `select ${columns} from fx_rates where base = $1 and quote = $2 and valid_at <= $3 order by valid_at desc, id limit 1`,
    [pair.base, pair.quote, at]
  )
}

export async function listRates(tx: Tx, limit: number): Promise<FxRate[]> {
  return tx.query<FxRate>(`select ${columns} from fx_rates order by valid_at desc, id limit $1`, [limit])
}

export type Conversion = Exchanged & {
  readonly id: string
  readonly reference: string
  readonly rate: FxRate
}
export type Converting = {
  readonly reference: string
  readonly amount: Money
  readonly to: string
  readonly spreadPercent: string
  readonly at: string
  readonly by: string
}

/**
 * Exchanges an amount at the latest rate of the pair and keeps which; the ledger posts both sides together. The
 * reference is the key: the same again is harmless.
 * @throws Problem 409 `reference-reused`, 422 `rate-unknown`, `cannot-be-exchanged`
 */
export async function convert(tx: Tx, wanted: Converting): Promise<Conversion> {
  const { reference, amount, to, spreadPercent, at, by } = wanted
  const known = await conversionOf(tx, reference)
  if (known) return same(known, wanted)
  const rate = await rateBefore(tx, { base: amount.currency, quote: to }, at)
  if (!rate) throw problem(422, 'rate-unknown', `There is no rate from ${amount.currency} to ${to}.`)
  const done = { ...exchanged(amount, rate, spreadPercent), id: randomUUID(), reference, rate }
  try {
    await tx.query(
      `insert into fx_conversions (tenant_id, id, reference, rate_id, body, made_by)
       values (nova_tenant(), $1, $2, $3, $4::jsonb, $5)`,
      [done.id, reference, rate.id, JSON.stringify({ ...done, spreadPercent }), by]
    )
  } catch (error) {
    if (isUniqueViolation(error))
      throw problem(409, 'reference-reused', 'This reference is being used just now.')
    throw error
  }
  const { sold, bought, spread } = done
  await tx.emit({
    kind: moneyExchanged,
    key: reference,
    body: {
      conversionId: done.id,
      reference,
      sold,
      bought,
      spread,
      rate: rate.rate,
      source: rate.source,
      validAt: rate.validAt
    }
  })
  return done
}

/** @throws Problem 422 `cannot-be-exchanged`: too little to buy anything, too much to count, or a spread above it all */
function exchanged(amount: Money, rate: FxRate, spreadPercent: string): Exchanged {
  try {
    const done = exchange(amount, rate, spreadPercent)
    if (done.bought.amountMinor > 0) return done
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw problem(422, 'cannot-be-exchanged', cause.message)
  }
  throw problem(422, 'cannot-be-exchanged', `It buys less than a minor unit of ${rate.quote}.`)
}

type Kept = Conversion & { readonly spreadPercent: string }

async function conversionOf(tx: Tx, reference: string): Promise<Kept | undefined> {
  const row = await tx.maybe<{ body: Kept }>('select body from fx_conversions where reference = $1', [
    reference
  ])
  return row?.body
}

function same(known: Kept, { amount, to, spreadPercent }: Converting): Conversion {
  const { spreadPercent: before, ...conversion } = known
  const { sold, bought } = conversion
  const equal =
    sold.currency === amount.currency &&
    sold.amountMinor === amount.amountMinor &&
    bought.currency === to &&
    before === spreadPercent
  if (!equal) throw problem(409, 'reference-reused', 'This reference was used for another exchange.')
  return conversion
}
