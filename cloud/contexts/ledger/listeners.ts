import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrIssued, CdrIssued } from '../billing/events.ts'
import {
  paymentCaptured,
  PaymentCaptured,
  paymentHeld,
  PaymentHeld,
  paymentRefunded,
  PaymentRefunded,
  paymentReleased,
  PaymentReleased
} from '../payments/events.ts'
import { capture, charge, hold, refund, release, type TaxPart, type Transfer } from './model.ts'
import { postAll, type Linked } from './post.ts'
import { chargedParts, sharesAt } from './queries.ts'
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
    return refund({ ...partiesOf(refunded), refundId: refunded.refundId }, refunded.amount, charged)
  },
  [cdrIssued]: async (tx, event) => {
    const cdr = CdrIssued.parse(event.body)
    const driver = cdr.driverId === null ? `token:${cdr.tokenUid ?? 'unknown'}` : `driver:${cdr.driverId}`
    const taxes = taxesOf(event.body)
    const netMinor = taxes.reduce((rest, { taxMinor }) => rest - taxMinor, cdr.total.amountMinor)
    const shares = await sharesAt(tx, cdr.siteId, event.at)
    const parts = split({ net: { ...cdr.total, amountMinor: netMinor }, energyWh: cdr.energyWh }, shares)
    return charge({ sessionId: cdr.sessionId, driver }, cdr.total, parts, taxes)
  }
}

/** Bills that state their taxes carry them by rate; older ones have none. */
const Taxed = z.object({
  country: z.string().nullish(),
  taxes: z.array(z.object({ category: z.string(), percent: z.string().nullable(), tax: Money })).optional()
})

function taxesOf(body: unknown): TaxPart[] {
  const { country, taxes = [] } = Taxed.parse(body)
  const where = (country ?? 'zz').toLowerCase()
  return taxes.map(({ category, percent, tax }) => ({
    name: `${where}:${category.toLowerCase()}-${percent ?? 'none'}`,
    taxMinor: tax.amountMinor
  }))
}

/** Made from what was posted before: that must be there. */
const looksBack = new Set<string>([paymentRefunded])

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
