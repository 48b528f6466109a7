import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { reviewResolved, sessionBillable, sessionWaived } from './events.ts'
import { shown } from './facts.ts'
import type { Inside } from './needs.ts'
import { lockSession, reviewColumns, type ReviewRow, type SessionRow } from './store.ts'

/** A person's verdict: the energy that is billed, or nothing is billed; without a session it is only closed. */
export type Verdict = {
  readonly by: string
  readonly note: string
  readonly energyWh?: number | undefined
  readonly waive?: boolean | undefined
}

/**
 * Resolves a review and every other open one of the same session; the session is billable or waived from then.
 * @throws Problem 404, 409 `review-resolved`, `session-billed`, `session-running`, 422 `verdict-needed`
 */
export async function resolveReview(
  needs: Inside,
  tx: Tx,
  { id, verdict }: { readonly id: string; readonly verdict: Verdict }
): Promise<ReviewRow> {
  const open = await tx.maybe<ReviewRow>(`select ${reviewColumns} from reviews where id = $1 for update`, [
    id
  ])
  if (!open) throw notFound('review')
  if (open.resolved_at !== null)
    throw problem(409, 'review-resolved', 'This review has been resolved already.')
  const session = open.session_id === null ? undefined : await lockSession(tx, open.session_id)
  const kind = verdictOn(session, verdict)
  const others = kind === 'closed' ? null : open.session_id
  await tx.query(
    `update reviews set resolved_at = now(), resolved_by = $2, verdict = $3, energy_wh = $4, note = $5
     where resolved_at is null and (id = $1 or session_id = $6)`,
    [id, verdict.by, kind, kind === 'energy' ? verdict.energyWh : null, verdict.note, others]
  )
  await tx.emit({
    kind: reviewResolved,
    key: open.session_id ?? id,
    body: { sessionId: open.session_id, siteId: open.site_id }
  })
  if (session) {
    if (kind !== 'closed') await release(tx, session, verdict)
    shown(needs, tx, session)
  }
  await needs.audit(tx, {
    actor: verdict.by,
    act: 'review.resolved',
    subject: open.session_id ?? id,
    detail: inWords(kind, verdict)
  })
  return tx.one<ReviewRow>(`select ${reviewColumns} from reviews where id = $1`, [id])
}

const inWords = (kind: string, { energyWh, note }: Verdict): string =>
  kind === 'energy' ? `${energyWh} Wh: ${note}` : `${kind}: ${note}`

function verdictOn(
  session: SessionRow | undefined,
  { energyWh, waive }: Verdict
): 'energy' | 'waived' | 'closed' {
  if (energyWh === undefined && waive !== true) {
    if (session?.status === 'review')
      throw problem(422, 'verdict-needed', 'State the energy of this session, or waive it.')
    return 'closed'
  }
  if (!session) throw problem(422, 'no-session', 'This review belongs to no session that could be billed.')
  if (session.cdr_id !== null)
    throw problem(409, 'session-billed', 'This session has a bill; it is not changed.')
  if (session.status !== 'review') throw problem(409, 'session-running', 'This session has not ended yet.')
  return waive === true ? 'waived' : 'energy'
}

async function release(tx: Tx, session: SessionRow, verdict: Verdict): Promise<void> {
  const { id: sessionId, site_id: siteId, driver_id: driverId, token_uid: tokenUid } = session
  if (verdict.waive === true) {
    await tx.query("update sessions set status = 'ended', waived = true where id = $1", [sessionId])
    const body = { sessionId, siteId, driverId, tokenUid, by: verdict.by, why: verdict.note }
    await tx.emit({ kind: sessionWaived, key: sessionId, body })
    return
  }
  const statedEnergyWh = verdict.energyWh ?? 0
  await tx.query("update sessions set status = 'ended', energy_wh = $2 where id = $1", [
    sessionId,
    statedEnergyWh
  ])
  await tx.emit({ kind: sessionBillable, key: sessionId, body: { sessionId, siteId, statedEnergyWh } })
}
