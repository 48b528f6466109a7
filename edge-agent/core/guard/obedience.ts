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

/** The most that it was told, or stored, from then on. */
export type Allowance = { readonly milliA: MilliAmps; readonly sinceMs: number }

export type ConductLook = {
  readonly nowMs: number
  readonly allowed: readonly Allowance[] // Of late, in the order of time.
  readonly isSiteOver: boolean // By a trusted meter: there is no time for a pause to show what it does.
  readonly drawMilliA: MilliAmps | null
  readonly heardAtMs: number | null
  readonly transactionId: string | null
  readonly refusedLowers: number // Lower set-points that it refused in a row.
}

export const trusted: Conduct = { kind: 'trusted' }

const followMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const keptMs = 30_000 // Readings come each 10 s: each has been looked at by then.
const slackMilliA = 1_500
const slackShare = 0.1
const refusalsBorne = 3
const pauseMs = 3_000 // What it draws this long after the pause, a pause does not end.
const stopAgainMs = 15_000
const stopsAtMost = 10 // After that an electrician is needed; the alarm stands.

/** One look a cycle. @returns the conduct and whether an order to stop is due now */
export function watchConduct(conduct: Conduct, look: ConductLook): Watched {
  if (conduct.kind === 'trusted') return begun(judged(look), look)
  if (look.transactionId !== conduct.transactionId) return begun(again(conduct, look), look)
  return insisted(conduct, look)
}

type Watched = { readonly conduct: Conduct; readonly stop: boolean }

/** Paused first; while the site is above its limit there is no time for that. */
const begun = (conduct: Conduct, look: ConductLook): Watched =>
  conduct.kind === 'ignores' && look.isSiteOver && conduct.sinceMs === look.nowMs
    ? insisted(conduct, look)
    : { conduct, stop: false }

function insisted(conduct: Extract<Conduct, { kind: 'ignores' }>, look: ConductLook): Watched {
  const drawing = isDrawing(conduct, look)
  const worstMilliA = Math.max(conduct.worstMilliA, look.drawMilliA ?? 0)
  const known = { ...conduct, worstMilliA }
  const borneMs = look.isSiteOver ? 0 : pauseMs
  const sinceMs = conduct.stopsAsked === 0 ? conduct.sinceMs + borneMs : conduct.stopAskedAtMs + stopAgainMs
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

/** By the last draw that it showed, had it shown it at `heardAtMs`. What is over by then is worth asking for. */
export function drawsTooMuch({
  allowed,
  drawMilliA,
  heardAtMs
}: Pick<ConductLook, 'allowed' | 'drawMilliA' | 'heardAtMs'>): boolean {
  const allowedMilliA = mostAllowed({ allowed, heardAtMs })
  return (drawMilliA ?? 0) > allowedMilliA + Math.max(slackMilliA, slackShare * allowedMilliA)
}

function judged(look: ConductLook): Conduct {
  if (!drawsTooMuch(look) && look.refusedLowers < refusalsBorne) return trusted
  return {
    kind: 'ignores',
    sinceMs: look.nowMs,
    worstMilliA: Math.max(look.drawMilliA ?? 0, look.allowed.at(-1)?.milliA ?? 0),
    transactionId: look.transactionId,
    stopsAsked: 0,
    stopAskedAtMs: 0
  }
}

type Word = Pick<ConductLook, 'nowMs' | 'allowed' | 'drawMilliA' | 'heardAtMs'>

/** What it has had the time to fall to by now, where its last reading is from before and shows more; null: that says all. */
export function dueOf({ nowMs, allowed, drawMilliA, heardAtMs }: Word): MilliAmps | null {
  const isOver = drawsTooMuch({ allowed, drawMilliA, heardAtMs: nowMs })
  return isOver && !drawsTooMuch({ allowed, drawMilliA, heardAtMs })
    ? mostAllowed({ allowed, heardAtMs: nowMs })
    : null
}

/** What it was allowed at the most in the time in which a vehicle follows, before its reading. Nobody knows: anything. */
function mostAllowed({ allowed, heardAtMs }: Pick<ConductLook, 'allowed' | 'heardAtMs'>): MilliAmps {
  if (heardAtMs === null) return Infinity
  const first = allowed.findLastIndex(({ sinceMs }) => sinceMs <= heardAtMs - followMs)
  if (first < 0) return Infinity
  return Math.max(...allowed.slice(first).map(({ milliA }) => milliA))
}

/** One more look at what it is allowed. What is long past is forgotten. */
export function allowing(
  allowed: readonly Allowance[],
  milliA: MilliAmps,
  nowMs: number
): readonly Allowance[] {
  if (allowed.at(-1)?.milliA === milliA) return allowed
  const first = allowed.findLastIndex(({ sinceMs }) => sinceMs <= nowMs - keptMs)
  return [...allowed.slice(Math.max(0, first)), { milliA, sinceMs: nowMs }]
}
