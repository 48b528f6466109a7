import { randomUUID } from 'node:crypto'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { readPolicy } from './policy.ts'
import type { Provider } from './provider.ts'
import { noteMoves, standing, walletAccount, type Books, type WalletTransfer } from './wallet.ts'

/** A part of a wish that goes back by one top-up. `amountMinor` reaches the payer, `feeMinor` stays. */
export type Part = {
  readonly paymentId: string
  readonly provider: string
  readonly amountMinor: number
  readonly feeMinor: number
}

export type TopUpLeft = { readonly paymentId: string; readonly provider: string; readonly leftMinor: number }

/**
 * Splits what leaves a wallet over its top-ups, the oldest first; of each part the fee is taken, rounded down.
 * @returns undefined when the top-ups do not reach
 */
export function splitBack(
  topUps: readonly TopUpLeft[],
  wantedMinor: number,
  feePercent: number
): Part[] | undefined {
  let rest = wantedMinor
  const parts = topUps.flatMap(({ paymentId, provider, leftMinor }) => {
    const whole = Math.min(rest, leftMinor)
    rest -= whole
    const feeMinor = Number((BigInt(whole) * BigInt(feePercent)) / 100n)
    return whole - feeMinor > 0 ? [{ paymentId, provider, amountMinor: whole - feeMinor, feeMinor }] : []
  })
  return rest === 0 ? parts : undefined
}

type Needs = { readonly books: Books; provider(name: string): Provider | undefined; now(): number }
export type Wish = { readonly driverId: string; readonly amount: Money }

/**
 * What a wish would send where, and what it costs; nothing is done yet.
 * @throws Problem 422 `wallet-lacks`, `top-ups-not-refundable`
 */
export async function planBack(needs: Needs, tx: Tx, { driverId, amount }: Wish): Promise<readonly Part[]> {
  const { currency, amountMinor } = amount
  const account = walletAccount(driverId)
  const { available } = await standing(tx, needs.books, { account, currency })
  if (amountMinor > available)
    throw problem(422, 'wallet-lacks', `Only ${available} minor units can be paid out.`)
  const { walletRefundFeePercent } = await readPolicy(tx)
  const parts = splitBack(
    await topUpsLeft(needs, tx, { driverId, currency }),
    amountMinor,
    walletRefundFeePercent
  )
  if (!parts)
    throw problem(
      422,
      'top-ups-not-refundable',
      'The providers no longer take back as much of these top-ups.'
    )
  return parts
}

/** What went into the wallet and has not gone back, of those that the provider still takes back. */
async function topUpsLeft(
  { provider, now }: Needs,
  tx: Tx,
  { driverId, currency }: { driverId: string; currency: string }
): Promise<TopUpLeft[]> {
  const rows = await tx.query<TopUpLeft & { madeAt: string }>(
    `select p.id as "paymentId", p.provider, p.created_at as "madeAt", (p.captured_minor - coalesce((
         select sum(r.amount_minor + r.fee_minor) from payment_refunds r
         where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.status not in ('failed', 'rejected')), 0))::bigint as "leftMinor"
     from payments p where p.driver_id = $1 and p.currency = $2 and p.purpose = 'top-up' and p.status = 'captured'
     order by p.created_at, p.id for update of p`,
    [driverId, currency]
  )
  return rows.filter(({ leftMinor, madeAt, provider: name }) => {
    const windowMs = provider(name)?.capabilities.refundWindowMs ?? Infinity
    return leftMinor > 0 && now() - Date.parse(madeAt) < windowMs
  })
}

export type Asked = Part & { readonly id: string; readonly status: string }

/**
 * Sets the money aside in the wallet and sends each part back; asking again with the same id asks for nothing more.
 * @throws Problem as `planBack`; 409 `refund-differs`
 */
export async function askBack(needs: Needs, tx: Tx, requestId: string, wish: Wish): Promise<Asked[]> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended(nova_tenant() || $1, 0))', [
    `/wallet/${wish.driverId}`
  ])
  const before = await askedOf(tx, requestId)
  if (before.length > 0) return sameAs(before, wish)
  const { twoPeopleAboveMinor } = await readPolicy(tx)
  const isLarge = twoPeopleAboveMinor !== null && wish.amount.amountMinor > twoPeopleAboveMinor
  for (const part of await planBack(needs, tx, wish)) {
    const id = randomUUID()
    await tx.query(
      `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, fee_minor, reason, asked_by, status, next_at, request_id)
       values (nova_tenant(), $1, $2, $3, $4, 'Unspent balance of a wallet.', $5, $6, case when $6 = 'asked' then now() end, $7)`,
      [
        id,
        part.paymentId,
        part.amountMinor,
        part.feeMinor,
        `driver:${wish.driverId}`,
        isLarge ? 'proposed' : 'asked',
        requestId
      ]
    )
    await setAside(needs, tx, { ...wish, part, id })
  }
  return askedOf(tx, requestId)
}

const askedOf = async (tx: Tx, requestId: string): Promise<Asked[]> =>
  tx.query<Asked>(
    `select r.id, r.payment_id as "paymentId", p.provider, r.amount_minor as "amountMinor", r.fee_minor as "feeMinor", r.status
     from payment_refunds r join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
     where r.request_id = $1 order by p.created_at, p.id`,
    [requestId]
  )

function sameAs(before: Asked[], { amount }: Wish): Asked[] {
  const asked = before.reduce((sum, each) => sum + each.amountMinor + each.feeMinor, 0)
  if (asked === amount.amountMinor) return before
  throw problem(409, 'refund-differs', 'This Idempotency-Key was used for another refund.')
}

const keyOf = (refundId: string): string => `wallet-refund:${refundId}`

type Setting = Wish & { readonly part: Part; readonly id: string }

/** Pending until the provider has sent it; a wallet never goes below zero with what is pending. */
async function setAside(
  { books, now }: Needs,
  tx: Tx,
  { driverId, amount, part, id }: Setting
): Promise<void> {
  const account = walletAccount(driverId)
  const { currency } = amount
  const whole = part.amountMinor + part.feeMinor
  const entries = [
    { party: account, purpose: 'wallet', amountMinor: 0 - whole },
    { party: account, purpose: 'account', amountMinor: part.amountMinor },
    { party: 'platform', purpose: 'fees', amountMinor: part.feeMinor }
  ].filter(({ amountMinor }) => amountMinor !== 0)
  const move = { kind: 'refund', phase: 'pending', resolves: null, memo: 'goes back to where it came from' }
  await must(tx, books, { ...move, key: keyOf(id), currency, sessionId: null, entries }, now())
  await noteMoves(tx, books, {
    account,
    currency,
    paymentId: part.paymentId,
    moves: [['pay-out', 0 - whole]]
  })
}

export type Ended = {
  readonly id: string
  readonly amountMinor: number
  readonly feeMinor: number
  readonly status: 'done' | 'failed' | 'rejected'
  readonly payment: { readonly id: string; readonly driver_id: string; readonly currency: string }
}

const memos: Readonly<Record<Ended['status'], string>> = {
  done: 'sent',
  failed: 'refused by the provider, back in the wallet',
  rejected: 'not agreed to, back in the wallet'
}

/** The provider has sent it: out of the wallet; or it was refused: free again. */
export async function endBack(
  needs: Pick<Needs, 'books' | 'now'>,
  tx: Tx,
  { id, amountMinor, feeMinor, status, payment }: Ended
): Promise<void> {
  const { currency, driver_id: driverId } = payment
  const account = walletAccount(driverId)
  const whole = amountMinor + feeMinor
  const entries = [
    { party: account, purpose: 'wallet', amountMinor: 0 - whole },
    { party: account, purpose: 'account', amountMinor },
    { party: 'platform', purpose: 'fees', amountMinor: feeMinor }
  ].filter((entry) => entry.amountMinor !== 0)
  const isDone = status === 'done'
  const end = {
    key: `${keyOf(id)}:${isDone ? 'sent' : 'kept'}`,
    kind: isDone ? 'refund' : 'release',
    phase: isDone ? 'post' : 'void',
    resolves: keyOf(id),
    currency,
    sessionId: null,
    memo: memos[status],
    entries: isDone ? entries : []
  } as const
  await must(tx, needs.books, end, needs.now())
  if (isDone) return
  await noteMoves(tx, needs.books, {
    account,
    currency,
    paymentId: payment.id,
    moves: [['release', whole]]
  })
}

async function must(
  tx: Tx,
  books: Books,
  transfer: Omit<WalletTransfer, 'kind' | 'phase'> & { readonly kind: string; readonly phase: string },
  nowMs: number
): Promise<void> {
  const fault = await books.post(tx, [transfer as WalletTransfer], new Date(nowMs).toISOString())
  if (fault !== undefined) throw new Error(`the ledger refuses ${transfer.key}: ${fault}`)
}
