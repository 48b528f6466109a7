import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrIssued, CdrIssued } from '../billing/events.ts'
import {
  idleTold,
  IdleTold,
  reviewOpened,
  SessionBegan,
  sessionEnded,
  SessionFinished,
  sessionStarted,
  startAbandoned,
  StartAbandoned
} from '../charging/events.ts'
import { kinds as identity, UserCreated } from '../identity/events.ts'
import {
  actionWanted,
  ActionWanted,
  confirmationWanted,
  ConfirmationWanted,
  paymentMismatched,
  PaymentMismatched,
  paymentOwed,
  PaymentOwed,
  paymentRefunded,
  PaymentRefunded,
  walletToppedUp,
  WalletToppedUp
} from '../payments/events.ts'
import { deliver, type Note } from './deliver.ts'
import { noteReview, type Needs } from './digest.ts'
import { clockAt, moneyText } from './words.ts'

/** 12500 Wh → `12.5 kWh`, by its digits. */
const energyText = (wh: string): string => {
  const digits = wh.padStart(4, '0')
  const after = digits.slice(-3).replace(/0+$/, '')
  return `${digits.slice(0, -3)}${after === '' ? '' : `.${after}`} kWh`
}

/** One row an event: what it says to whom. */
const notes: Readonly<Record<string, (body: unknown) => Note>> = {
  [sessionStarted]: (body) => {
    const { driverId, sessionId, connectorId } = SessionBegan.parse(body)
    return { to: { driverId }, kind: 'session-started', facts: { sessionId, connectorId } }
  },
  [sessionEnded]: (body) => {
    const { driverId, sessionId, energyWh, inReview } = SessionFinished.parse(body)
    const note = inReview ? '账单需人工核对 · The bill will be checked by a person.' : ''
    return {
      to: { driverId },
      kind: 'session-ended',
      facts: { sessionId, energy: energyWh === null ? '' : energyText(String(energyWh)), note }
    }
  },
  [startAbandoned]: (body) => {
    const { driverId, sessionId, code, detail } = StartAbandoned.parse(body)
    return { to: { driverId }, kind: 'start-failed', facts: { sessionId, code, detail } }
  },
  [cdrIssued]: (body) => {
    const { driverId, sessionId, invoiceId, invoiceNumber, total, energyWh } = CdrIssued.parse(body)
    const facts = {
      sessionId,
      invoiceId,
      number: invoiceNumber,
      total: moneyText(total),
      energy: energyText(energyWh)
    }
    return { to: { driverId }, kind: 'receipt', facts, mail: 'receipt' }
  },
  [paymentOwed]: (body) => {
    const { driverId, sessionId, amount } = PaymentOwed.parse(body)
    return {
      to: { driverId },
      kind: 'payment-owed',
      facts: { sessionId, amount: moneyText(amount) },
      mail: 'payment-owed'
    }
  },
  [paymentRefunded]: (body) => {
    const { driverId, sessionId, amount } = PaymentRefunded.parse(body)
    return {
      to: { driverId },
      kind: 'refunded',
      facts: { sessionId, amount: moneyText(amount) },
      mail: 'refunded'
    }
  },
  [paymentMismatched]: (body) => {
    const { paymentId, sessionId, provider, expected, told } = PaymentMismatched.parse(body)
    const facts = { paymentId, sessionId, provider, expected: moneyText(expected), told: moneyText(told) }
    return { to: 'operators', kind: 'payment-mismatched', facts }
  },
  [confirmationWanted]: (body) => {
    const { driverId, paymentId, sessionId, amount } = ConfirmationWanted.parse(body)
    const facts = { paymentId, sessionId, amount: moneyText(amount) }
    return { to: { driverId }, kind: 'confirmation-wanted', facts }
  },
  [actionWanted]: (body) => {
    const { driverId, paymentId, sessionId, provider } = ActionWanted.parse(body)
    return { to: { driverId }, kind: 'payment-action', facts: { paymentId, sessionId, provider } }
  },
  [idleTold]: (body) => {
    const { driverId, sessionId, connectorId, stage, costsFrom, timeZone, price, currency } =
      IdleTold.parse(body)
    const facts = {
      sessionId,
      connectorId,
      time: clockAt(costsFrom, timeZone),
      price: `${price} ${currency}`
    }
    return { to: { driverId }, kind: `idle-${stage}`, facts }
  },
  [walletToppedUp]: (body) => {
    const { driverId, paymentId, amount, available } = WalletToppedUp.parse(body)
    const facts = { paymentId, amount: moneyText(amount), available: moneyText(available) }
    return { to: { driverId }, kind: 'wallet-topped-up', facts, mail: 'wallet-topped-up' }
  }
}

export const listeners = (needs: Needs): Listener[] => [
  {
    name: 'notifications',
    kinds: [identity.userCreated, reviewOpened, ...Object.keys(notes)],
    async handle(tx, events) {
      for (const event of events) {
        if (event.kind === identity.userCreated) await remember(tx, UserCreated.parse(event.body))
        else if (event.kind === reviewOpened) await noteReview(needs, tx, event)
        else await tell(needs, tx, event)
      }
    }
  }
]

const remember = async (tx: Tx, { userId, email, roles, driverId }: UserCreated): Promise<unknown> =>
  tx.query(
    `insert into notification_recipients (tenant_id, user_id, email, roles, driver_id)
     values (nova_tenant(), $1, $2, $3, $4) on conflict (tenant_id, user_id) do update
     set email = excluded.email, roles = excluded.roles, driver_id = excluded.driver_id`,
    [userId, email, roles, driverId]
  )

async function tell(needs: Needs, tx: Tx, event: LoggedEvent): Promise<void> {
  const note = notes[event.kind]?.(event.body)
  if (note) await deliver(needs, tx, { note, eventId: event.id })
}
