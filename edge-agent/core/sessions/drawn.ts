import type { Reading } from '@nova/shared-protocol/model'
import { isClockGood, msAt, utc } from './plausible.ts'
import type { Drawn, Session } from './session.ts'

/** Below it may be noise, a heater of the station or a car that only keeps its computers awake. */
const clearlyDrawnW = 500

/** One sample may be a peak; two a minute apart are a car that charges. */
const longEnoughMs = 60_000

/**
 * Remembers power that was read for a minute while the register stood still. A reading without power says nothing;
 * one of no power begins anew. Once seen it stays: only the registers at the end can disprove it.
 */
export function drawn(session: Session, { at, powerW }: Reading, heardAt: string): Session {
  if (powerW === undefined || session.drawn?.until || hasMoved(session)) return session
  if (!isClockGood(at, heardAt) || msAt(at) < msAt(session.startedAt)) return session
  const run = session.drawn ?? null
  const next = after(run, utc(at), powerW)
  return next === run ? session : { ...session, drawn: next }
}

function after(run: Drawn | null, at: string, powerW: number): Drawn | null {
  const isClear = powerW > clearlyDrawnW
  if (!run) return isClear ? { since: at, powerW, until: null } : null
  const lastsMs = msAt(at) - msAt(run.since)
  if (lastsMs < 0) return run
  if (!isClear) return null
  return lastsMs < longEnoughMs ? run : { ...run, until: at }
}

function hasMoved({ meterStartWh, first, last }: Session): boolean {
  const fromWh = meterStartWh ?? first?.registerWh
  return last !== null && fromWh !== undefined && last.registerWh > fromWh
}
