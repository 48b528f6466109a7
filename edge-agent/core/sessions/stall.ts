import type { Reading, RegisterReading } from '@nova/shared-protocol/model'
import { isClockGood, msAt } from './plausible.ts'
import { flagged } from './session.ts'
import type { Session, Still } from './session.ts'

/** Below it may be noise, a heater of the station or a car that only keeps its computers awake. */
const clearlyDrawnW = 500

/** Two power readings further apart say nothing of the time between them. */
const gapMs = 20 * 60_000

/** A quarter of a kilowatt-hour is more than a fine register is ever behind. */
const leastWh = 250

/** Before a register has moved its steps are not known; the coarsest in use count whole kilowatt-hours. */
const unknownStepsWh = 2_000

/** While it grows the row is written anew after so much. */
const writtenEachWh = 5_000

const wattMsPerWh = 3_600_000

/**
 * Holds the register against the power that was read: how much was drawn, at the least, while it stood still. A
 * register that moves on then has to make up for at least half of it; one that does not is a meter that missed
 * something, and the session goes to review at its end. What is late or has no good time is not looked at.
 */
export function held(
  session: Session,
  reading: Reading,
  judged: RegisterReading | null,
  heardAt: string
): Session {
  const register = judged?.trust === 'good' ? judged : null
  const atMs = timeOf(register ?? reading, register !== null, heardAt)
  const run = session.still ?? beginning(session)
  if (!run || atMs < run.newestMs) return session
  const powered = withPower(run, atMs, reading.powerW)
  if (register) return { ...session, still: moved(powered, register, atMs) }
  return powered === run ? session : { ...session, still: powered }
}

/** Read once, since instants are dear and readings many. @returns before all others when the clock cannot be believed */
const timeOf = ({ at }: { readonly at: string }, isJudged: boolean, heardAt: string): number =>
  isJudged || isClockGood(at, heardAt) ? msAt(at) : -Infinity

/** At the end: the session with what its last register does not make up for. */
export function stalled(session: Session, stop: RegisterReading): Session {
  const { still } = session
  if (!still) return session
  // An unchanged register says that the time up to it was missed too; one that moved may speak of just that time.
  const missed =
    still.missed ?? missedBy(stop.registerWh === still.registerWh ? confirmed(still) : still, stop)
  return missed === null ? session : flagged(session, 'no-energy-readings', missed)
}

/** What the row has to be written for: not for each reading of a healthy session. */
export const stageOf = (still: Still | null | undefined): number => {
  if (!still) return 0
  if (still.missed !== null) return -1 // What comes after changes nothing.
  if (drawnWh(still) < limitWh(still)) return 0
  return 1 + Math.floor(drawnWh(still) / writtenEachWh)
}

function beginning({ meterStartWh, startedAt, first }: Session): Still | null {
  const from = meterStartWh === null ? first : { at: startedAt, registerWh: meterStartWh }
  if (!from) return null
  const { at, registerWh } = from
  return {
    since: at,
    registerWh,
    stepWh: null,
    newestMs: msAt(at),
    power: null,
    wattMs: 0,
    openWattMs: 0,
    missed: null
  }
}

/** The lower of two neighbouring readings, for the time between them: never more than was drawn at a steady rate. */
function withPower(run: Still, atMs: number, powerW: number | undefined): Still {
  if (powerW === undefined) return run
  const watts = Math.max(0, Math.floor(powerW))
  const lastsMs = run.power ? atMs - run.power.atMs : Infinity
  const steadyW = Math.min(run.power?.watts ?? 0, watts)
  const counts = lastsMs <= gapMs && steadyW > clearlyDrawnW
  return {
    ...run,
    newestMs: atMs,
    power: { atMs, watts },
    openWattMs: run.openWattMs + (counts ? steadyW * lastsMs : 0)
  }
}

const confirmed = (run: Still): Still => ({ ...run, wattMs: run.wattMs + run.openWattMs, openWattMs: 0 })

/** The same register again: what was drawn so far is not in it. Another one: a new run. */
function moved(run: Still, reading: RegisterReading, atMs: number): Still {
  const { registerWh, at } = reading
  const same = { ...confirmed(run), newestMs: atMs }
  if (registerWh === run.registerWh) return same // It may catch up yet.
  const { stepWh } = run
  const missed = run.missed ?? missedBy(run, reading)
  const step = registerWh - run.registerWh
  const smallest = stepWh === null ? step : Math.min(stepWh, step)
  return { ...same, since: at, registerWh, stepWh: smallest, wattMs: 0, missed }
}

/** What the register missed by standing, in words, when it shows `registerWh` afterwards; null: nothing to speak of. */
function missedBy(run: Still, { at, registerWh }: RegisterReading): string | null {
  const caughtUpWh = registerWh - run.registerWh
  const drawn = drawnWh(run)
  if (drawn < limitWh(run) || 2 * caughtUpWh >= drawn) return null
  return `the register stood at ${run.registerWh} Wh from ${run.since} on and shows ${registerWh} Wh at ${at}, while power readings in between make ${drawn} Wh or more`
}

const drawnWh = ({ wattMs }: Still): number => Math.floor(wattMs / wattMsPerWh)

const limitWh = ({ stepWh }: Still): number =>
  stepWh === null ? unknownStepsWh : Math.max(leastWh, 2 * stepWh)
