import type { MilliAmps } from '@nova/shared-protocol/units'

/**
 * What the guard thinks of a connector. `ignores`: its meter showed more than it may draw after it had time to
 * follow; it is paused, then stopped, and its worst draw stays reserved until a person forgives it.
 */
export type Conduct =
  | { readonly kind: 'trusted' }
  | {
      readonly kind: 'ignores'
      readonly sinceMs: number
      readonly worstMilliA: MilliAmps
      readonly transactionId: string | null
      readonly stopsAsked: number
      readonly stopAskedAtMs: number
      readonly lies?: true // Found by the site's meter: what its own shows proves nothing.
    }

export type ConductLook = {
  readonly nowMs: number
  readonly allowedMilliA: MilliAmps // The most it was told, or stored, since `allowedSinceMs`.
  readonly allowedSinceMs: number
  readonly drawMilliA: MilliAmps | null
  readonly heardAtMs: number | null
  readonly transactionId: string | null
  readonly refusedLowers: number // Lower set-points that it refused in a row.
}

export const trusted: Conduct = { kind: 'trusted' }

const followMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const slackMilliA = 1_500
const slackShare = 0.1
const refusalsBorne = 3
const pauseMs = 3_000 // What it draws this long after the pause, a pause does not end.
const stopAgainMs = 15_000
const stopsAtMost = 10 // After that an electrician is needed; the alarm stands.

/** One look a cycle. @returns the conduct and whether an order to stop is due now */
export function watchConduct(
  conduct: Conduct,
  look: ConductLook
): { readonly conduct: Conduct; readonly stop: boolean } {
  if (conduct.kind === 'trusted') return { conduct: judged(look), stop: false }
  if (look.transactionId !== conduct.transactionId) return { conduct: again(conduct, look), stop: false }
  const drawing = isDrawing(conduct, look)
  const worstMilliA = Math.max(conduct.worstMilliA, look.drawMilliA ?? 0)
  const known = { ...conduct, worstMilliA }
  const sinceMs = conduct.stopsAsked === 0 ? conduct.sinceMs + pauseMs : conduct.stopAskedAtMs + stopAgainMs
  const due =
    drawing && look.transactionId !== null && conduct.stopsAsked < stopsAtMost && look.nowMs >= sinceMs
  if (!due) return { conduct: known, stop: false }
  return { conduct: { ...known, stopsAsked: conduct.stopsAsked + 1, stopAskedAtMs: look.nowMs }, stop: true }
}

const isDrawing = ({ lies }: { readonly lies?: true }, { drawMilliA }: ConductLook): boolean =>
  lies === true || (drawMilliA ?? 0) > slackMilliA

/** The session that misbehaved stays at 0; a later one may charge, with the reserve behind it. */
export const isPaused = (conduct: Conduct, transactionId: string | null): boolean =>
  conduct.kind === 'ignores' && conduct.transactionId === transactionId

/** A later session of a charger that once ignored its limit: watched anew, with what it once drew on record. */
function again(conduct: Extract<Conduct, { kind: 'ignores' }>, look: ConductLook): Conduct {
  const now = look.transactionId === null ? trusted : judged(look)
  if (now.kind === 'trusted') return conduct
  return { ...now, worstMilliA: Math.max(now.worstMilliA, conduct.worstMilliA) }
}

function judged(look: ConductLook): Conduct {
  const late = look.heardAtMs !== null && look.heardAtMs - look.allowedSinceMs >= followMs
  const slack = Math.max(slackMilliA, slackShare * look.allowedMilliA)
  const over = late && (look.drawMilliA ?? 0) > look.allowedMilliA + slack
  if (!over && look.refusedLowers < refusalsBorne) return trusted
  return {
    kind: 'ignores',
    sinceMs: look.nowMs,
    worstMilliA: Math.max(look.drawMilliA ?? 0, look.allowedMilliA),
    transactionId: look.transactionId,
    stopsAsked: 0,
    stopAskedAtMs: 0
  }
}
