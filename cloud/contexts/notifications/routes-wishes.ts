import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { notFound, roles, type Routes } from '../../http/index.ts'
import { mailWishes, type MailWish } from './deliver.ts'

const Language = z.enum(['zh', 'en'])
const Wishes = z.object({
  language: Language,
  mail: z.record(z.enum(mailWishes), z.boolean())
})
const Change = z.strictObject({
  language: Language.optional(),
  mail: z.partialRecord(z.enum(mailWishes), z.boolean()).optional()
})

type Row = { readonly language: 'zh' | 'en'; readonly unmailed: readonly MailWish[] }

const viewOf = ({ language, unmailed }: Row): z.infer<typeof Wishes> => ({
  language,
  mail: Object.fromEntries(mailWishes.map((wish) => [wish, !unmailed.includes(wish)])) as Record<
    MailWish,
    boolean
  >
})

/** @throws Problem 404 for who gets no messages, such as an API key */
async function rowOf(tx: Tx, userId: string, lock: '' | 'for update'): Promise<Row> {
  const row = await tx.maybe<Row>(
    `select language, unmailed from notification_recipients where user_id::text = $1 ${lock}`,
    [userId]
  )
  if (!row) throw notFound('preferences')
  return row
}

/** In which language a person is written to, and what goes by mail. */
export const wishRoutes =
  ({ database }: { readonly database: Database }): Routes =>
  (app) => {
    app.get(
      '/notifications/preferences',
      { config: { roles }, schema: { summary: 'What I get by mail', response: { 200: Wishes } } },
      async ({ who }) => viewOf(await database.tenant(who.tenantId, async (tx) => rowOf(tx, who.userId, '')))
    )
    app.patch(
      '/notifications/preferences',
      {
        config: { roles },
        schema: { summary: 'Change what I get by mail', body: Change, response: { 200: Wishes } }
      },
      async ({ who, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          const row = await rowOf(tx, who.userId, 'for update')
          const mail = { ...viewOf(row).mail, ...body.mail }
          const changed = {
            language: body.language ?? row.language,
            unmailed: mailWishes.filter((wish) => !mail[wish])
          }
          await tx.query(
            'update notification_recipients set language = $2, unmailed = $3 where user_id::text = $1',
            [who.userId, changed.language, changed.unmailed]
          )
          return viewOf(changed)
        })
    )
  }
