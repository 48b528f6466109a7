import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { judgeSpending, nextCheckMs, type Spending } from './model.ts'
import { readPolicy } from './policy.ts'
import type { Provider } from './provider.ts'
import type { PaymentRow } from './store.ts'

/** What watching a hold needs of others; filled where the program is joined. */
export type WatchNeeds = {
  provider(name: string): Provider | undefined
  /** What a running session has come to; undefined while it is not running. */
  runningCost(
    tx: Tx,
    sessionId: string
  ): Promise<{ readonly cost: Money; readonly startedAt: string } | undefined>
  /** Sends the command that ends a session; repeating it is harmless. */
  stopSession(
    tenantId: string,
    wanted: { readonly sessionId: string; readonly because: string }
  ): Promise<void>
}

/** What a look at a standing hold led to. */
export type Watched = {
  readonly raiseTo: number | null
  readonly stop: string | undefined
  readonly nextInMs: number | null
}

const nothing: Watched = { raiseTo: null, stop: undefined, nextInMs: null }
const beforeStartMs = 30_000

type Seen = { readonly row: PaymentRow; readonly late: string | undefined; readonly now: number }

/** Running cost ≥ hold − margin: raise the hold where the channel can, otherwise end the session. */
export async function watch(needs: WatchNeeds, tx: Tx, seen: Seen): Promise<Watched> {
  const { row, late } = seen
  if (row.purpose !== 'session' || row.status !== 'authorised')
    return { ...nothing, raiseTo: row.raise_to_minor }
  const running = await needs.runningCost(tx, row.session_id)
  if (!running) return row.want === 'hold' ? { ...nothing, nextInMs: beforeStartMs } : nothing
  if (late !== undefined) return { ...nothing, stop: row.stop_sent ? undefined : late }
  if (row.want !== 'hold') return nothing
  return row.raise_to_minor === null
    ? judge(needs, tx, { ...seen, running })
    : { ...nothing, raiseTo: row.raise_to_minor }
}

type Running = { readonly cost: Money; readonly startedAt: string }

async function judge(
  needs: WatchNeeds,
  tx: Tx,
  seen: Seen & { readonly running: Running }
): Promise<Watched> {
  const { row, now, running } = seen
  const spending = await spendingOf(needs, tx, row, running.cost)
  const nextInMs = nextCheckMs(spending, now - Date.parse(running.startedAt))
  const verdict = judgeSpending(spending)
  if (verdict === 'enough') return { ...nothing, nextInMs }
  if (verdict === 'stop')
    return { ...nothing, stop: row.stop_sent ? undefined : 'The hold is used up.', nextInMs }
  return { raiseTo: verdict.raiseTo, stop: undefined, nextInMs }
}

async function spendingOf(needs: WatchNeeds, tx: Tx, row: PaymentRow, cost: Money): Promise<Spending> {
  const { marginPercent } = await readPolicy(tx)
  const { raised } = await tx.one<{ raised: number }>(
    'select coalesce(sum(amount_minor), 0)::bigint as raised from payment_raises where payment_id = $1',
    [row.id]
  )
  const canRaise = needs.provider(row.provider)?.capabilities.increase === true && !row.raise_refused
  return {
    heldMinor: row.amount_minor,
    costMinor: cost.currency === row.currency ? cost.amountMinor : row.amount_minor,
    marginPercent,
    firstMinor: row.amount_minor - raised,
    canRaise
  }
}
