import { randomUUID } from 'node:crypto'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrIssued, CdrIssued } from '../billing/events.ts'
import {
  reviewOpened,
  ReviewOpened,
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
import { moneyText, wordsOf, type Facts, type Language, type NoteKind } from './words.ts'

/** Whom a message is for, and what it says. */
type Note = {
  readonly to: { readonly driverId: string | null } | 'operators'
  readonly kind: NoteKind
  readonly facts: Facts
  readonly mail?: boolean
}

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
    return { to: { driverId }, kind: 'receipt', facts, mail: true }
  },
  [paymentOwed]: (body) => {
    const { driverId, sessionId, amount } = PaymentOwed.parse(body)
    return {
      to: { driverId },
      kind: 'payment-owed',
      facts: { sessionId, amount: moneyText(amount) },
      mail: true
    }
  },
  [paymentRefunded]: (body) => {
    const { driverId, sessionId, amount } = PaymentRefunded.parse(body)
    return { to: { driverId }, kind: 'refunded', facts: { sessionId, amount: moneyText(amount) }, mail: true }
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
  [walletToppedUp]: (body) => {
    const { driverId, paymentId, amount, available } = WalletToppedUp.parse(body)
    const facts = { paymentId, amount: moneyText(amount), available: moneyText(available) }
    return { to: { driverId }, kind: 'wallet-topped-up', facts, mail: true }
  },
  [reviewOpened]: (body) => {
    const { reviewId, sessionId, chargerId, reason, detail } = ReviewOpened.parse(body)
    const facts = { reviewId, sessionId: sessionId ?? '', chargerId: chargerId ?? '', reason, detail }
    return { to: 'operators', kind: 'review-opened', facts }
  }
}

export type Needs = {
  /** Shows a new message to those who are looking. */
  publish(tenantId: string, message: object, audience: { readonly driverId?: string }): void
  readonly sendsMail: boolean
  wake(): void
}

type Recipient = { user_id: string; email: string; driver_id: string | null; language: Language }

export const listeners = (needs: Needs): Listener[] => [
  {
    name: 'notifications',
    kinds: [identity.userCreated, ...Object.keys(notes)],
    async handle(tx, events) {
      for (const event of events) {
        if (event.kind === identity.userCreated) await remember(tx, UserCreated.parse(event.body))
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
  if (!note) return
  for (const person of await recipients(tx, note)) {
    const fresh = await tx.query<{ id: string }>(
      `insert into notifications (tenant_id, id, user_id, event_id, kind, facts)
       values (nova_tenant(), $1, $2, $3, $4, $5::jsonb) on conflict do nothing returning id`,
      [randomUUID(), person.user_id, event.id, note.kind, JSON.stringify(note.facts)]
    )
    if (fresh.length === 0) continue
    show(needs, tx, { note, person, id: fresh[0]?.id ?? '' })
    if (note.mail === true && needs.sendsMail) await post(needs, tx, { note, person, eventId: event.id })
  }
}

const recipients = async (tx: Tx, { to }: Note): Promise<Recipient[]> =>
  to === 'operators'
    ? tx.query<Recipient>(
        `select user_id, email, driver_id, language from notification_recipients where 'operator' = any(roles)`
      )
    : tx.query<Recipient>(
        'select user_id, email, driver_id, language from notification_recipients where driver_id = $1',
        [to.driverId]
      )

function show(
  needs: Needs,
  tx: Tx,
  { note, person, id }: { note: Note; person: Recipient; id: string }
): void {
  const { tenantId } = tx
  if (tenantId === null) return
  const message = { id, userId: person.user_id, kind: note.kind, facts: note.facts }
  const audience = person.driver_id === null ? {} : { driverId: person.driver_id }
  tx.afterCommit(() => needs.publish(tenantId, message, audience))
}

type Letter = { readonly note: Note; readonly person: Recipient; readonly eventId: number }

async function post(needs: Needs, tx: Tx, { note, person, eventId }: Letter): Promise<void> {
  const { title, text } = wordsOf(person.language, note.kind, note.facts)
  await tx.query(
    `insert into mails (tenant_id, id, event_id, recipient, subject, body, status, next_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, 'waiting', now()) on conflict do nothing`,
    [randomUUID(), eventId, person.email, title, text]
  )
  tx.afterCommit(needs.wake)
}
