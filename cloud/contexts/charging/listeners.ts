import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import {
  cdrCorrected,
  CdrCorrected,
  cdrIssued,
  CdrIssued,
  cdrRefused,
  CdrRefused
} from '../billing/events.ts'
import { CommandSettled, kinds as fleet } from '../fleet/events.ts'
import { paymentDeclined, PaymentDeclined, paymentHeld, PaymentHeld } from '../payments/events.ts'
import { review, reviewId, shown } from './facts.ts'
import type { Inside } from './needs.ts'
import { hear } from './orders.ts'
import { onReservationDeclined, onReservationHeld } from './reservation-holds.ts'
import { reservationRefused } from './reservations.ts'
import { factsListener } from './on-fact.ts'
import { lockSession, orderOfCommand } from './store.ts'

const turns: Readonly<Record<string, (needs: Inside, tx: Tx, event: LoggedEvent) => Promise<unknown>>> = {
  [paymentHeld]: async (needs, tx, { body }) => {
    const { sessionId } = PaymentHeld.parse(body)
    return (await onReservationHeld(needs, tx, sessionId)) || hear(needs, tx, sessionId, { kind: 'held' })
  },
  [paymentDeclined]: async (needs, tx, { body }) => {
    const { sessionId, detail } = PaymentDeclined.parse(body)
    return (
      (await onReservationDeclined(tx, sessionId, detail)) ||
      hear(needs, tx, sessionId, { kind: 'declined', detail })
    )
  },
  [fleet.commandSettled]: async (needs, tx, { body }) => {
    const { commandId, status, error } = CommandSettled.parse(body)
    if (status === 'accepted') return
    await reservationRefused(tx, commandId, error ?? `The charger answered: ${status}.`)
    const sessionId = await orderOfCommand(tx, commandId)
    if (sessionId === undefined) return
    return hear(needs, tx, sessionId, {
      kind: 'command-failed',
      detail: error ?? `The charger answered: ${status}.`
    })
  },
  [cdrIssued]: async (needs, tx, { body }) => {
    const { sessionId, cdrId, total, tariffId, tariffVersion } = CdrIssued.parse(body)
    await tx.query(
      `update sessions set cdr_id = $2, currency = $3, cost_minor = $4, tariff_id = $5, tariff_version = $6 where id = $1`,
      [sessionId, cdrId, total.currency, total.amountMinor, tariffId, tariffVersion]
    )
    const session = await lockSession(tx, sessionId)
    if (session) shown(needs, tx, session)
  },
  [cdrCorrected]: async (needs, tx, { body }) => {
    const { sessionId, replacement, credit, original } = CdrCorrected.parse(body)
    const stands = replacement ?? { cdrId: credit.cdrId, total: { ...original.total, amountMinor: 0 } }
    // Energy and prices are those of the bill that stands; where none does, what was measured stays.
    await tx.query(
      `update sessions set cdr_id = $2, cost_minor = $3, energy_wh = coalesce($4, energy_wh),
         tariff_id = coalesce($5, tariff_id), tariff_version = coalesce($6, tariff_version) where id = $1`,
      [
        sessionId,
        stands.cdrId,
        stands.total.amountMinor,
        replacement ? Math.round(Number(replacement.energyWh)) : null,
        replacement?.tariffId ?? null,
        replacement?.tariffVersion ?? null
      ]
    )
    const session = await lockSession(tx, sessionId)
    if (session) shown(needs, tx, session)
  },
  [cdrRefused]: async (needs, tx, { body, at }) => {
    const { sessionId, siteId, reason, detail } = CdrRefused.parse(body)
    const session = await lockSession(tx, sessionId)
    if (!session) return
    await tx.query("update sessions set status = 'review' where id = $1", [sessionId])
    const id = reviewId(sessionId, `${reason} ${at}`)
    const about = {
      sessionId,
      siteId,
      chargerId: session.charger_id,
      reason,
      detail,
      raw: null,
      raisedAt: at
    }
    await review(tx, { id, ...about })
    shown(needs, tx, session)
  }
}

/** Two cursors, so that a flood of facts does not hold up starts on their way, nor they the facts. */
export const listeners = (needs: Inside): Listener[] => [
  factsListener(needs),
  {
    name: 'charging-orders',
    kinds: Object.keys(turns),
    async handle(tx, events) {
      for (const event of events) await turns[event.kind]?.(needs, tx, event)
    }
  }
]
