import { z } from 'zod'
import { SessionEnded, SessionStarted } from '@nova/shared-protocol/messages'
import { connectorKey, Identifier } from '@nova/shared-protocol/model'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrCorrected, CdrCorrected, cdrIssued, CdrIssued } from '../billing/events.ts'
import { nobodyCame, NobodyCame, sessionBillable, SessionBillable } from '../charging/events.ts'
import {
  paymentCaptured,
  PaymentCaptured,
  paymentDeclined,
  PaymentDeclined,
  paymentHeld,
  PaymentHeld,
  paymentRefunded,
  PaymentRefunded,
  paymentReleased,
  PaymentReleased,
  surplusReturned,
  SurplusReturned
} from '../payments/events.ts'
import { billed, begun, ended, moved, stated, type MovementRow } from './store.ts'

const Started = z.object({ siteId: Identifier, fact: SessionStarted })
const Ended = z.object({ siteId: Identifier, fact: SessionEnded })

type Paid = { paymentId: string; sessionId: string | null; provider: string }
type Money = { currency: string; amountMinor: number }

const movement = (
  { paymentId, sessionId, provider }: Paid,
  amount: Money,
  more: Pick<MovementRow, 'state' | 'at'> & Partial<Pick<MovementRow, 'id' | 'kind'>>
): MovementRow => ({ id: paymentId, kind: 'capture', paymentId, sessionId, provider, ...amount, ...more })

type Turn = (tx: Tx, event: LoggedEvent) => Promise<void>

/** One row an event: what it writes into which book. */
const turns: Readonly<Record<string, Turn>> = {
  [paymentHeld]: async (tx, { body, at }) => {
    const held = PaymentHeld.parse(body)
    if (held.raiseOf !== undefined) return // The provider knows one payment: its end counts whole.
    await moved(tx, movement(held, held.amount, { state: 'open', at }))
  },
  [paymentCaptured]: async (tx, { body, at }) => {
    const captured = PaymentCaptured.parse(body)
    if (captured.raiseOf !== undefined) return
    await moved(tx, movement(captured, captured.whole ?? captured.amount, { state: 'moved', at }))
  },
  [paymentReleased]: async (tx, { body, at }) => {
    const released = PaymentReleased.parse(body)
    if (released.raiseOf !== undefined) return
    await moved(tx, movement(released, released.amount, { state: 'ended', at }))
  },
  [paymentDeclined]: async (tx, { body, at }) => {
    const declined = PaymentDeclined.parse(body)
    await moved(tx, movement(declined, nothing, { state: 'ended', at }))
  },
  [paymentRefunded]: async (tx, { body, at }) => {
    const refunded = PaymentRefunded.parse(body)
    await moved(
      tx,
      movement(refunded, refunded.amount, { id: refunded.refundId, kind: 'refund', state: 'moved', at })
    )
  },
  [surplusReturned]: async (tx, { body, at }) => {
    const back = SurplusReturned.parse(body)
    const movementOfRefund = { id: back.refundId, kind: 'refund', state: 'moved', at } as const
    // Beside our books it is of no session: the session's own payments and bill agree without it.
    const of = back.isBooked ? back.sessionId : null
    await moved(tx, { ...movement(back, back.amount, movementOfRefund), sessionId: of })
  },
  [cdrIssued]: async (tx, { body, at }) => {
    const { sessionId, siteId, cdrId, energyWh, total } = CdrIssued.parse(body)
    await billed(tx, { sessionId, siteId, cdrId, energyWh, total, at })
  },
  [cdrCorrected]: async (tx, { body, at }) => {
    const { sessionId, siteId, original, replacement } = CdrCorrected.parse(body)
    // Two people have put another bill in its place, or none: their word stands for the register's.
    const none = { ...original, energyWh: '0', total: { ...original.total, amountMinor: 0 } }
    const { cdrId, energyWh, total } = replacement ?? none
    await billed(tx, { sessionId, siteId, cdrId, energyWh, total, at })
    await stated(tx, { sessionId, siteId })
  },
  [sessionBillable]: async (tx, { body }) => {
    const { sessionId, siteId, statedEnergyWh } = SessionBillable.parse(body)
    if (statedEnergyWh !== null) await stated(tx, { sessionId, siteId })
  },
  [nobodyCame]: async (tx, { body }) => {
    const { sessionId, siteId, connectorId, startedAt, endedAt } = NobodyCame.parse(body)
    await begun(tx, { sessionId, siteId, connectorId, startedAt, meterStartWh: null })
    await ended(tx, { sessionId, siteId, endedAt, meterStopWh: null, energyWh: null })
  },
  'session.started.v1': async (tx, { body }) => {
    const { siteId, fact } = Started.parse(body)
    await begun(tx, { siteId, ...fact, connectorId: connectorKey(fact) })
  },
  'session.ended.v1': async (tx, { body }) => {
    const { siteId, fact } = Ended.parse(body)
    await ended(tx, { siteId, ...fact })
  }
}

/** Nothing was ever taken; the currency is that of no amount. */
const nothing: Money = { currency: 'XXX', amountMinor: 0 }

/** Keeps the books that a run compares: of money, of bills, of registers. Repetitions change nothing. */
export const listeners = (): Listener[] => [
  {
    name: 'reconciliation',
    kinds: Object.keys(turns),
    async handle(tx, events) {
      for (const event of events) await turns[event.kind]?.(tx, event)
    }
  }
]
