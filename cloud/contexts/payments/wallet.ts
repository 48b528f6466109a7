import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import type { Desk, DeskHold } from './desk.ts'

type Entry = { readonly party: string; readonly purpose: string; readonly amountMinor: number }

/** A transfer as the ledger takes it; `wallet` accounts never go below zero, what is pending set aside. */
export type WalletTransfer = {
  readonly key: string
  readonly kind: 'hold' | 'capture' | 'release' | 'refund' | 'top-up' | 'adjustment'
  readonly phase: 'pending' | 'post' | 'void' | 'posted'
  readonly resolves: string | null
  readonly currency: string
  readonly sessionId: null
  readonly memo: string
  readonly entries: readonly Entry[]
}

/** What the wallet needs of the ledger; filled where the program is joined. */
export type Books = {
  /** Appends, in this transaction. @returns the name of the fault when it is refused */
  post(tx: Tx, transfers: readonly WalletTransfer[], at: string): Promise<string | undefined>
  /** What is posted on an account; credits are positive. */
  balance(tx: Tx, currency: string, account: { party: string; purpose: string }): Promise<number>
}

export const walletName = 'wallet'
const walletOf = (driver: string) => ({ party: driver, purpose: 'wallet' })
const clearing = { party: walletName, purpose: 'clearing' }

/** `driver:d1`, as the ledger calls the owner of a wallet. */
export const walletAccount = (driverId: string): string => `driver:${driverId}`

type Move = Pick<WalletTransfer, 'kind' | 'phase' | 'resolves' | 'memo'> & {
  readonly step: string
  readonly minor: number
}

/** From the wallet to the clearing account; back when `minor` is below 0. */
const transfer = (
  { payment_id: id, account, currency }: DeskHold,
  { step, minor, ...move }: Move
): WalletTransfer => ({
  ...move,
  key: `wallet:${id}:${step}`,
  currency,
  sessionId: null,
  entries:
    minor === 0
      ? []
      : [
          { ...walletOf(account), amountMinor: 0 - minor },
          { ...clearing, amountMinor: minor }
        ]
})

const holdKey = ({ payment_id: id }: DeskHold): string => `wallet:${id}:hold`

/**
 * The driver's own money with us. The wallet's clearing account stands where a bank's would: what is taken from the
 * wallet comes in there and goes out to the driver's account, so that it ends at zero.
 */
export function walletDesk(books: Books, now: () => number): Desk {
  const post = async (tx: Tx, hold: DeskHold, move: Move): Promise<string | undefined> =>
    books.post(tx, [transfer(hold, move)], new Date(now()).toISOString())
  const must = async (tx: Tx, hold: DeskHold, move: Move): Promise<void> => {
    const fault = await post(tx, hold, move)
    if (fault !== undefined)
      throw new Error(`the ledger refuses the wallet's ${move.step} of ${hold.payment_id}: ${fault}`)
  }
  const note = async (tx: Tx, hold: DeskHold, ...moves: readonly (readonly [Kind, number])[]) =>
    noteMoves(tx, books, {
      account: hold.account,
      currency: hold.currency,
      paymentId: hold.payment_id,
      moves
    })
  return {
    name: walletName,
    async hold(tx, hold) {
      const fault = await post(tx, hold, moves.hold(hold))
      if (fault === undefined) await note(tx, hold, ['hold', 0 - hold.amount_minor])
      return fault
    },
    async capture(tx, hold) {
      await must(tx, hold, moves.capture(hold))
      await note(tx, hold, ['release', hold.amount_minor], ['capture', 0 - hold.captured_minor])
    },
    async release(tx, hold) {
      await must(tx, hold, moves.release(hold))
      await note(tx, hold, ['release', hold.amount_minor])
    },
    async refund(tx, hold, { id, amountMinor }) {
      await must(tx, hold, moves.refund(id, amountMinor))
      await note(tx, hold, ['refund', amountMinor])
    }
  }
}

const moves = {
  hold: ({ amount_minor: minor }: DeskHold): Move => ({
    step: 'hold',
    kind: 'hold',
    phase: 'pending',
    resolves: null,
    memo: 'held in the wallet',
    minor
  }),
  capture: (hold: DeskHold): Move => ({
    step: 'capture',
    kind: 'capture',
    phase: 'post',
    resolves: holdKey(hold),
    memo: 'paid from the wallet',
    minor: hold.captured_minor
  }),
  release: (hold: DeskHold): Move => ({
    step: 'release',
    kind: 'release',
    phase: 'void',
    resolves: holdKey(hold),
    memo: 'free again',
    minor: 0
  }),
  refund: (id: string, amountMinor: number): Move => ({
    step: `refund:${id}`,
    kind: 'refund',
    phase: 'posted',
    resolves: null,
    memo: 'back in the wallet',
    minor: 0 - amountMinor
  })
}

type Kind = 'top-up' | 'hold' | 'capture' | 'release' | 'refund' | 'pay-out'
type Noted = {
  readonly account: string
  readonly currency: string
  readonly paymentId: string
  readonly moves: readonly (readonly [Kind, number])[]
}

/** Writes down what the owner reads, with what could be spent after each. */
export async function noteMoves(
  tx: Tx,
  books: Books,
  { account, currency, paymentId, moves }: Noted
): Promise<number> {
  // The hold that is just being made is not in its table yet, nor is a hold that has ended.
  const pending = moves.find(([kind]) => kind === 'hold')?.[1] ?? 0
  const { available: last } = await standing(tx, books, { account, currency })
  let available = last + pending - moves.reduce((sum, [, minor]) => sum + minor, 0)
  for (const [kind, minor] of moves) {
    available += minor
    await tx.query(
      `insert into wallet_movements (tenant_id, driver_id, currency, kind, amount_minor, available_minor, payment_id)
       values (nova_tenant(), $1, $2, $3, $4, $5, $6)`,
      [account.replace(/^driver:/, ''), currency, kind, minor, available, paymentId]
    )
  }
  return available
}

export type Standing = { readonly balance: number; readonly held: number; readonly available: number }

/** What is in a wallet, what of it is held, what can be spent: minor units. */
export async function standing(
  tx: Tx,
  books: Books,
  { account, currency }: { account: string; currency: string }
): Promise<Standing> {
  const balance = await books.balance(tx, currency, walletOf(account))
  const { held } = await tx.one<{ held: number }>(
    `select (coalesce((select sum(amount_minor) from desk_holds
         where provider = $1 and account = $2 and currency = $3 and status = 'authorised'), 0)
       + coalesce((select sum(r.amount_minor + r.fee_minor) from payment_refunds r
         join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
         where r.request_id is not null and r.status in ('proposed', 'asked') and p.driver_id = $4 and p.currency = $3), 0)
       )::bigint as held`,
    [walletName, account, currency, account.replace(/^driver:/, '')]
  )
  return { balance, held, available: balance - held }
}

export type TopUp = { readonly paymentId: string; readonly driverId: string; readonly amount: Money }

/** Puts captured money into the wallet, once. @returns what can be spent now; undefined when it was there before */
export async function topUp(
  tx: Tx,
  books: Books,
  { paymentId, driverId, amount }: TopUp,
  at: string
): Promise<number | undefined> {
  const known = await tx.query(`select from wallet_movements where payment_id = $1 and kind = 'top-up'`, [
    paymentId
  ])
  if (known.length > 0) return undefined
  const account = walletAccount(driverId)
  const { currency, amountMinor } = amount
  const fault = await books.post(
    tx,
    [
      {
        key: `wallet:${paymentId}:top-up`,
        kind: 'top-up',
        phase: 'posted',
        resolves: null,
        currency,
        sessionId: null,
        memo: 'top-up of the wallet',
        entries: [
          { party: account, purpose: 'account', amountMinor: 0 - amountMinor },
          { ...walletOf(account), amountMinor }
        ]
      }
    ],
    at
  )
  if (fault !== undefined) throw new Error(`the ledger refuses the top-up ${paymentId}: ${fault}`)
  return noteMoves(tx, books, { account, currency, paymentId, moves: [['top-up', amountMinor]] })
}
