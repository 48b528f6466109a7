import { createTransport } from 'nodemailer'
import type { Database } from '../../db/index.ts'

export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

/** Carries a mail to a server. @throws when it was not taken */
export type SendMail = (mail: Mail) => Promise<void>

const patienceMs = 20_000

/** @param url `smtp://user:password@host:port` or `smtps://…` */
export function smtp(url: string, from: string): SendMail {
  const transport = createTransport({ url, connectionTimeout: patienceMs, socketTimeout: patienceMs })
  return async (mail) => void (await transport.sendMail({ from, ...mail }))
}

const mostTries = 8 // With the pauses below: about a day. Then the mail is dead, and counted.
const firstPauseMs = 5_000
const longestPauseMs = 6 * 3_600_000
const leaseMs = 60_000
const atOnce = 4

type Due = { tenant_id: string; id: string; recipient: string; subject: string; body: string; tries: number }

/** Sends what is due. @returns true when there may be more */
export async function sendDue(database: Database, send: SendMail): Promise<boolean> {
  const due = await database.platform('due mails', async (tx) =>
    tx.query<Due>(
      `update mails set next_at = now() + $2::double precision * interval '1 millisecond', tries = tries + 1
       where (tenant_id, id) in (select tenant_id, id from mails where next_at <= now()
         order by next_at limit $1 for update skip locked)
       returning tenant_id, id, recipient, subject, body, tries`,
      [atOnce, leaseMs]
    )
  )
  await Promise.all(due.map(async (mail) => sendOne(database, send, mail)))
  return due.length > 0
}

async function sendOne(database: Database, send: SendMail, mail: Due): Promise<void> {
  const error = await send({ to: mail.recipient, subject: mail.subject, text: mail.body }).then(
    () => null,
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
  )
  const status = error === null ? 'sent' : mail.tries >= mostTries ? 'dead' : 'waiting'
  const pause = Math.min(longestPauseMs, firstPauseMs * 4 ** mail.tries)
  await database.tenant(mail.tenant_id, async (tx) =>
    tx.query(
      `update mails set status = $2, last_error = $3, next_at = now() + $4::double precision * interval '1 millisecond'
       where id = $1`,
      [mail.id, status, error?.slice(0, 500) ?? null, status === 'waiting' ? pause : null]
    )
  )
}
