import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import { periods } from './model.ts'
import type { DisputeRow, SettlementRow, StatementEntry, StatementRow } from './store.ts'

const date = z.iso.date()

export const SettlementView = z.object({
  id: z.uuid(),
  period: z.enum(periods),
  firstDate: date,
  lastDate: date,
  timeZone: z.string(),
  holdBackPercent: z.string(),
  state: z.enum(['open', 'closed', 'paid']),
  madeBy: z.string(),
  madeAt: Instant,
  closedAt: Instant.nullable(),
  paidAt: Instant.nullable()
})

export const StatementView = z.object({
  id: z.uuid(),
  party: z.string(),
  purpose: z.string(),
  charges: Money,
  refunds: Money,
  other: Money,
  net: Money,
  held: Money,
  released: Money.describe('of what was held back, what is income again'),
  payable: Money,
  entryCount: z.int()
})

export const DisputeView = z.object({
  id: z.uuid(),
  statementId: z.uuid(),
  party: z.string(),
  amount: Money,
  reason: z.string(),
  state: z.enum(['open', 'upheld', 'rejected']),
  openedBy: z.string(),
  openedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  note: z.string().nullable()
})

export const UncleanDayView = z.object({ date, openBreaks: z.int().nullable() })

export const PayoutView = z.object({
  party: z.string(),
  name: z.string(),
  account: z.string(),
  bank: z.string(),
  amount: Money,
  reference: z.string()
})

/** A settlement as its page shows it. */
export const FullView = SettlementView.extend({
  statements: z.array(StatementView),
  disputes: z.array(DisputeView),
  payouts: z.array(PayoutView),
  uncleanDays: z
    .array(UncleanDayView)
    .describe('UTC dates that its period touches and that keep it from closing')
})

export const EntryView = z.object({
  entry: z
    .string()
    .describe('`{sequence}-{line}` in the ledger; its proof is at /ledger/entries/{entry}/proof'),
  kind: z.string(),
  sessionId: z.string().nullable(),
  memo: z.string(),
  amount: Money,
  at: Instant
})

const money = (currency: string, amountMinor: number): Money => ({ currency, amountMinor })

export const settlementView = (row: SettlementRow): z.infer<typeof SettlementView> => ({
  id: row.id,
  period: row.period,
  firstDate: row.firstDate,
  lastDate: row.lastDate,
  timeZone: row.timeZone,
  holdBackPercent: row.holdBackPercent,
  state: row.state,
  madeBy: row.madeBy,
  madeAt: row.madeAt,
  closedAt: row.closedAt,
  paidAt: row.paidAt
})

export const statementView = ({ currency, ...row }: StatementRow): z.infer<typeof StatementView> => ({
  id: row.id,
  party: row.party,
  purpose: row.purpose,
  charges: money(currency, row.chargesMinor),
  refunds: money(currency, row.refundsMinor),
  other: money(currency, row.otherMinor),
  net: money(currency, row.netMinor),
  held: money(currency, row.heldMinor),
  released: money(currency, row.releasedMinor),
  payable: money(currency, row.payableMinor),
  entryCount: row.entryCount
})

export const disputeView = ({ currency, amountMinor, ...row }: DisputeRow): z.infer<typeof DisputeView> => ({
  id: row.id,
  statementId: row.statementId,
  party: row.party,
  amount: money(currency, amountMinor),
  reason: row.reason,
  state: row.state,
  openedBy: row.openedBy,
  openedAt: row.openedAt,
  decidedBy: row.decidedBy,
  decidedAt: row.decidedAt,
  note: row.note
})

export const entryView = (currency: string, row: StatementEntry): z.infer<typeof EntryView> => ({
  entry: `${row.sequence}-${row.line}`,
  kind: row.kind,
  sessionId: row.sessionId,
  memo: row.memo,
  amount: money(currency, row.amountMinor),
  at: row.at
})
