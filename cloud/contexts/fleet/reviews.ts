import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Listener, Tx } from '../../db/index.ts'
import { reviewOpened, reviewResolved } from '../charging/events.ts'
import { clear, raise, type AlarmShown } from './alarms.ts'

export type Needs = {
  alarm(tenantId: string, alarm: AlarmShown): void
  /** What waits for a person at a site; undefined when nothing does. */
  waitingAt(tx: Tx, siteId: string): Promise<Waiting | undefined>
}

type Waiting = {
  readonly reviews: number
  readonly sessions: number
  readonly since: string
  readonly newest: {
    readonly sessionId: string | null
    readonly chargerId: string | null
    readonly reason: string
  }
}

const Body = z.object({ siteId: z.string() })
const mostWords = 500

/** One alarm a site while sessions wait for a person, however many: it leads to the newest of them. */
export const reviewListener = (needs: Needs): Listener => ({
  name: 'fleet-reviews',
  kinds: [reviewOpened, reviewResolved],
  async handle(tx, events) {
    for (const siteId of new Set(events.map(({ body }) => Body.parse(body).siteId)))
      await look(needs, tx, { siteId, at: events.at(-1)?.at ?? '' })
  }
})

async function look(
  { alarm, waitingAt }: Needs,
  tx: Tx,
  { siteId, at }: { readonly siteId: string; readonly at: string }
): Promise<void> {
  const alarmId = alarmOf(siteId)
  const waiting = await waitingAt(tx, siteId)
  const shown = waiting
    ? await raise(tx, siteId, { alarmId, ...wordsOf(siteId, waiting) })
    : await clear(tx, siteId, { alarmId, at })
  const { tenantId } = tx
  if (shown && tenantId !== null) tx.afterCommit(() => alarm(tenantId, shown))
}

const wordsOf = (siteId: string, { sessions, since, newest }: Waiting) => ({
  code: 'session-review' as const,
  severity: 'warning' as const,
  subject: siteId,
  at: since,
  sessionId: newest.sessionId,
  detail:
    `${sessions} ${sessions === 1 ? 'session waits' : 'sessions wait'} for a person; ` +
    `the newest: ${newest.chargerId ?? 'no charger'}, ${newest.reason}.`.slice(0, mostWords),
  advice: 'State the energy, waive it or close it; until then it is not billed.'
})

/** The alarm of a site: a stable id (UUID version 8). */
export function alarmOf(siteId: string): string {
  const hex = hash('sha256', `${siteId}\nsession-review`, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
