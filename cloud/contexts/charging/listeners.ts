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
import { onEnded, onReviewRaised, onStarted, onSuspended, review, reviewId, shown } from './facts.ts'
import { factKinds, FromEdge, type Told } from './from-edge.ts'
import { keepMessages } from './messages.ts'
import type { Inside } from './needs.ts'
import { hear } from './orders.ts'
import { onReadings } from './readings.ts'
import { lockSession, orderOfCommand } from './store.ts'

/** Facts of the edges, in the order of each site. */
async function onFact(needs: Inside, tx: Tx, { siteId, fact }: Told): Promise<void> {
  switch (fact.kind) {
    case 'session.started.v1':
      return onStarted(needs, tx, fact, { siteId })
    case 'session.reading.v1':
    case 'raw.kept.v1':
      return // These two are taken together, see below.
    case 'session.suspended.v1':
      return onSuspended(needs, tx, fact)
    case 'session.ended.v1':
      return onEnded(needs, tx, fact, { siteId })
    case 'review.raised.v1':
      return onReviewRaised(tx, fact, { siteId })
  }
}

const turns: Readonly<Record<string, (needs: Inside, tx: Tx, event: LoggedEvent) => Promise<unknown>>> = {
  [paymentHeld]: async (needs, tx, { body }) =>
    hear(needs, tx, PaymentHeld.parse(body).sessionId, { kind: 'held' }),
  [paymentDeclined]: async (needs, tx, { body }) => {
    const { sessionId, detail } = PaymentDeclined.parse(body)
    return hear(needs, tx, sessionId, { kind: 'declined', detail })
  },
  [fleet.commandSettled]: async (needs, tx, { body }) => {
    const { commandId, status, error } = CommandSettled.parse(body)
    const sessionId = await orderOfCommand(tx, commandId)
    if (sessionId === undefined || status === 'accepted') return
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
    await tx.query('update sessions set cdr_id = $2, cost_minor = $3 where id = $1', [
      sessionId,
      stands.cdrId,
      stands.total.amountMinor
    ])
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

const isReading = (fact: Told['fact']) => fact.kind === 'session.reading.v1'

/** Two cursors, so that a flood of facts does not hold up starts on their way, nor they the facts. */
export const listeners = (needs: Inside): Listener[] => [
  {
    name: 'charging-facts',
    kinds: factKinds,
    async handle(tx, events) {
      const told = events.map(({ id, body }) => ({ number: id, ...FromEdge.parse(body) }))
      for (const each of told) await onFact(needs, tx, each)
      // These depend on no other fact, and nobody reads one before this transaction is over.
      await onReadings(needs, tx, told.map(({ fact }) => fact).filter(isReading))
      await keepMessages(
        tx,
        told.flatMap(({ number, fact }) => (fact.kind === 'raw.kept.v1' ? [{ number, fact }] : []))
      )
    }
  },
  {
    name: 'charging-orders',
    kinds: Object.keys(turns),
    async handle(tx, events) {
      for (const event of events) await turns[event.kind]?.(needs, tx, event)
    }
  }
]
