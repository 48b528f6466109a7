import { randomUUID } from 'node:crypto'
import { AskAnswer, type Question } from '@nova/shared-protocol/messages'
import { Identifier, LimitSource, PowerPicture } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Database } from '../../db/index.ts'
import { problem, type Routes } from '../../http/index.ts'
import { LimitBody, readLimit } from './limit-body.ts'
import { siteById } from './store.ts'

type Needs = {
  readonly database: Database
  /** @throws Error when nobody answers in time */
  ask(siteId: string, text: string, timeoutMs: number): Promise<Uint8Array>
}

const answerMs = 8_000 // Planning a day for a large site takes the edge a second or two.
const againSeconds = 5
const mostLimits = 20

const Body = z.strictObject({
  limits: z
    .array(LimitBody.extend({ source: LimitSource }))
    .max(mostLimits)
    .default([]),
  lifted: z.array(LimitSource).max(mostLimits).default([])
})
const Shown = z.object({ siteId: z.string(), before: PowerPicture, after: PowerPicture })

/** "What if": the site's plan as it stands and as it would be under other limits. Nothing is kept, nothing changed. */
export const previewRoutes =
  ({ database, ask }: Needs): Routes =>
  (app) => {
    app.post(
      '/sites/:id/power/preview',
      {
        config: { roles: ['admin', 'operator', 'utility'] },
        schema: {
          summary: 'What would other limits do? The plan before and after',
          params: z.object({ id: Identifier }),
          body: Body,
          response: { 200: Shown }
        }
      },
      async ({ who, body, params: { id } }) => {
        const site = await database.tenant(who.tenantId, async (tx) => siteById(tx, id))
        const limits = body.limits.map((limit) => readLimit(limit, site))
        const question: Question = {
          v: 1,
          id: randomUUID(),
          site: id,
          kind: 'power-preview',
          whatIf: { limits, lifted: body.lifted }
        }
        return { siteId: id, ...previewIn(await answered(ask, question), question.id) }
      }
    )
  }

async function answered(ask: Needs['ask'], question: Question): Promise<Uint8Array> {
  try {
    return await ask(question.site, JSON.stringify(question), answerMs)
  } catch {
    // Nobody listens, or not in time: for the person who asks it is the same.
    throw problem(503, 'edge-out-of-touch', 'The edge of this site does not answer. Nothing was changed.', {
      retryAfterSeconds: againSeconds
    })
  }
}

const refusals = {
  refused: [422, 'limit-refused'],
  busy: [503, 'edge-busy'],
  unknown: [503, 'edge-cannot-preview']
} as const

/** @throws Problem with the edge's own reason when it gives no plan */
function previewIn(bytes: Uint8Array, id: string) {
  const answer = AskAnswer.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  if (answer.id !== id) throw new Error('the answer is for another question')
  if (answer.ok) return answer.preview
  const [status, code] = refusals[answer.fault]
  throw problem(status, code, answer.detail)
}
