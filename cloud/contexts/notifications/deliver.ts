import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { wordsOf, type Facts, type Language, type NoteKind } from './words.ts'

/** What a person may wish to have by mail, or not: one wish for kinds that belong together. */
export const mailWishes = ['receipt', 'payment-owed', 'refunded', 'wallet-topped-up', 'reviews'] as const
export type MailWish = (typeof mailWishes)[number]

/** Whom a message is for, and what it says. */
export type Note = {
  readonly to: { readonly driverId: string | null } | 'operators'
  readonly kind: NoteKind
  readonly facts: Facts
  /** Goes by mail as well, to who has not wished otherwise. */
  readonly mail?: MailWish
}

export type Deliver = {
  /** Shows a new message to those who are looking. */
  publish(tenantId: string, message: object, audience: { readonly driverId?: string }): void
  readonly sendsMail: boolean
  wake(): void
}

type Recipient = {
  user_id: string
  email: string
  driver_id: string | null
  language: Language
  unmailed: readonly string[]
}

/** Puts a message before each of its people, once an event. */
export async function deliver(
  needs: Deliver,
  tx: Tx,
  { note, eventId }: { readonly note: Note; readonly eventId: number }
): Promise<void> {
  for (const person of await recipients(tx, note)) {
    const fresh = await tx.query<{ id: string }>(
      `insert into notifications (tenant_id, id, user_id, event_id, kind, facts)
       values (nova_tenant(), $1, $2, $3, $4, $5::jsonb) on conflict do nothing returning id`,
      [randomUUID(), person.user_id, eventId, note.kind, JSON.stringify(note.facts)]
    )
    if (fresh.length === 0) continue
    show(needs, tx, { note, person, id: fresh[0]?.id ?? '' })
    const wanted = note.mail !== undefined && !person.unmailed.includes(note.mail)
    if (wanted && needs.sendsMail) await post(needs, tx, { note, person, eventId })
  }
}

const recipients = async (tx: Tx, { to }: Note): Promise<Recipient[]> =>
  to === 'operators'
    ? tx.query<Recipient>(
        `select user_id, email, driver_id, language, unmailed from notification_recipients where 'operator' = any(roles)`
      )
    : tx.query<Recipient>(
        'select user_id, email, driver_id, language, unmailed from notification_recipients where driver_id = $1',
        [to.driverId]
      )

function show(
  needs: Deliver,
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

async function post(needs: Deliver, tx: Tx, { note, person, eventId }: Letter): Promise<void> {
  const { title, text } = wordsOf(person.language, note.kind, note.facts)
  await tx.query(
    `insert into mails (tenant_id, id, event_id, recipient, subject, body, status, next_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, 'waiting', now()) on conflict do nothing`,
    [randomUUID(), eventId, person.email, title, text]
  )
  tx.afterCommit(needs.wake)
}
