import type { z } from 'zod'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import {
  cdrCorrected,
  CdrCorrected,
  cdrIssued,
  CdrIssued,
  moneyExchanged,
  MoneyExchanged
} from '../billing/events.ts'
import {
  paymentCaptured,
  PaymentCaptured,
  paymentHeld,
  PaymentHeld,
  paymentRefunded,
  PaymentRefunded,
  paymentReleased,
  PaymentReleased,
  refundCounted,
  RefundCounted,
  surplusReturned,
  SurplusReturned
} from '../payments/events.ts'
import { breakDecided, BreakDecided } from '../reconciliation/events.ts'
import { credited, exchanged, returned } from './corrections.ts'
import { onBreak } from './known.ts'
import type { Transfer } from './model.ts'
import { capture, charge, hold, refund, release, uncounted, type TaxPart } from './transfers.ts'
import { postAll, type Linked } from './post.ts'
import { chargedParts, firstChargedAt, isCorrected, sharesAt } from './queries.ts'
import { split } from './split.ts'

type Turn = (tx: Tx, event: LoggedEvent) => Promise<readonly Transfer[]>

/** One row an event: which transfers it becomes. */
const turns: Readonly<Record<string, Turn>> = {
  [paymentHeld]: async (_, event) => {
    const held = PaymentHeld.parse(event.body)
    return hold(partiesOf(held), held.amount)
  },
  [paymentCaptured]: async (_, event) => {
    const captured = PaymentCaptured.parse(event.body)
    return capture(partiesOf(captured), captured.amount)
  },
  [paymentReleased]: async (_, event) => {
    const released = PaymentReleased.parse(event.body)
    return release(partiesOf(released), released.amount.currency)
  },
  [paymentRefunded]: async (tx, event) => {
    const refunded = PaymentRefunded.parse(event.body)
    const charged = await chargedParts(tx, refunded.sessionId)
    return refund({ ...partiesOf(refunded), refundId: refunded.refundId }, refunded, charged)
  },
  [refundCounted]: async (tx, event) => {
    const { refundId, amount, ...counted } = RefundCounted.parse(event.body)
    const about = { ...partiesOf(counted), refundId, change: String(event.id) }
    return uncounted(about, amount, await chargedParts(tx, counted.sessionId))
  },
  [cdrIssued]: async (tx, event) => {
    const cdr = CdrIssued.parse(event.body)
    return billed(tx, cdr, { ...cdr, at: event.at })
  },
  [cdrCorrected]: async (tx, event) => {
    const told = CdrCorrected.parse(event.body)
    const { correctionId, sessionId, replacement, credit } = told
    if (await isCorrected(tx, sessionId, correctionId)) return []
    const { parts } = await chargedParts(tx, sessionId)
    const back = credited({ correctionId, sessionId, driver: driverOf(told) }, credit.total.currency, parts)
    const first = await firstChargedAt(tx, sessionId) // The contract of the day on which it was sold counts.
    const made = replacement && (await billed(tx, told, { ...replacement, at: first ?? event.at }))
    return [...back, ...(made ?? []).map((each) => ({ ...each, key: `${each.key}:${correctionId}` }))]
  },
  [moneyExchanged]: async (_, event) => exchanged(MoneyExchanged.parse(event.body)),
  [breakDecided]: async (tx, event) => onBreak(tx, BreakDecided.parse(event.body)),
  [surplusReturned]: async (_, event) => returned(SurplusReturned.parse(event.body))
}

type Parties = { readonly driverId: string | null; readonly tokenUid: string | null }
const driverOf = ({ driverId, tokenUid }: Parties): string =>
  driverId === null ? `token:${tokenUid ?? 'unknown'}` : `driver:${driverId}`

type Session = Parties &
  Pick<CdrIssued, 'sessionId' | 'siteId'> & { readonly country?: string | null | undefined }
type Bill = Pick<CdrIssued, 'total' | 'taxes' | 'energyWh'> & { readonly at: string }

/** A bill by the contract of its day: taxes to whom they are owed, the net to the parties. */
async function billed(tx: Tx, session: Session, { total, taxes, energyWh, at }: Bill): Promise<Transfer[]> {
  const parts = taxPartsOf(session.country, taxes)
  const netMinor = parts.reduce((rest, { taxMinor }) => rest - taxMinor, total.amountMinor)
  const shares = await sharesAt(tx, session.siteId, at)
  const net = split({ net: { ...total, amountMinor: netMinor }, energyWh }, shares)
  return charge({ sessionId: session.sessionId, driver: driverOf(session) }, total, net, parts)
}

const taxPartsOf = (country: string | null | undefined, taxes: CdrIssued['taxes'] = []): TaxPart[] =>
  taxes.map(({ category, percent, tax }) => ({
    name: `${(country ?? 'zz').toLowerCase()}:${category.toLowerCase()}-${percent ?? 'none'}`,
    taxMinor: tax.amountMinor
  }))

/** Made from what was posted before: that must be there. */
const looksBack = new Set<string>([breakDecided, paymentRefunded, refundCounted, cdrCorrected])

type Payment = Pick<z.infer<typeof PaymentHeld>, 'paymentId' | 'sessionId' | 'driverId' | 'provider'>

const partiesOf = ({ paymentId, sessionId, driverId, provider }: Payment) => ({
  paymentId,
  sessionId,
  driver: `driver:${driverId}`,
  provider
})

/** Turns what payments and billing say into transfers; a refusal is a bug and goes to the dead letters. */
export const listeners = (): Listener[] => [
  {
    name: 'ledger',
    kinds: Object.keys(turns),
    async handle(tx, events) {
      let waiting: Linked[] = []
      const flush = async (): Promise<void> => {
        const posted = await postAll(tx, waiting)
        if (!posted.ok) throw new Error(`the ledger refuses ${posted.key}: ${posted.fault}`)
        waiting = []
      }
      for (const event of events) {
        if (looksBack.has(event.kind)) await flush()
        const transfers = (await turns[event.kind]?.(tx, event)) ?? []
        if (transfers.length > 0) waiting.push({ transfers, at: event.at })
      }
      await flush()
    }
  }
]
