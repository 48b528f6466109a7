import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { isBelow, tooLow } from './below.ts'
import {
  doubted,
  moving,
  turned,
  wattsOf,
  type DevicesShow,
  type Doubt,
  type Ended,
  type Moves,
  type Rest,
  type TurnLook
} from './doubt.ts'
import { mirrored, turnedSince, type Mirror } from './mirror.ts'
import { absurdity, jump, mayHaveTurned, turnedOver } from './plausible.ts'

/** What the site's meter is worth this moment. `none`: the site has no meter. */
export type MeterVerdict = 'good' | 'silent' | 'untrusted' | 'none'

export type Sample = { readonly reading: Reading; readonly takenAtMs: number }

export type MeterWatch = {
  readonly verdict: MeterVerdict
  readonly because: string | null
  readonly last: Sample | null
  readonly sinceMs: number // When this watch began, or the verdict last changed.
  readonly goodInRow: number
  readonly needed: number // Good samples until it is trusted (again).
  readonly pulse: number // Share of samples that differ from the one before: a real meter trembles.
  readonly samples: number
  readonly sameSinceMs: number
  readonly chargersThen: PerPhase // Sum of the chargers' meters when the site's meter last changed.
  readonly below: number // Samples in a row that are below what the chargers together draw.
  readonly rests: readonly Rest[] // At the last samples, the newest last.
  readonly doubt: Doubt | null
  readonly ended: Ended | null
  readonly moves: Moves | null
  readonly mirror: Mirror | null
}

export type MeterLook = {
  readonly sample: Sample | null
  readonly nowMs: number
  readonly silentMs: number
  readonly limitMilliA: PerPhase
  readonly voltageV: number
  readonly chargers: PerPhase // Sum of the latest charger readings.
  readonly chargersNow: PerPhase // The part of it that was heard within the last two seconds.
  readonly devices?: DevicesShow // PV, batteries and V2G behind the meter; left out: there are none.
}

const cycleMs = 1_000 // Of the control loop.
const neededAtStart = 1
const neededAfterFault = 10 // Ten seconds of sense: a loose wire chatters faster than that.
const livelyPulse = 0.9
const livelySamples = 30
const frozenMs = 4_000 // Found within the 5 s in which the fail-safe has to stand, one cycle to spare.
const frozenMilliA = 5_000
const belowSamples = 4 // Cars fall faster than their meters report; a wrong sign stays.
const keptRests = 3 // Meter, devices and chargers are read in different seconds.
const doubtedMilliA = 1_500 // A car that starts may look like ten times so little; where the rest is held against it, that is cleared.

export const freshMeter = (nowMs: number): MeterWatch => ({
  verdict: 'silent',
  because: 'no reading yet',
  last: null,
  sinceMs: nowMs,
  goodInRow: 0,
  needed: neededAtStart,
  pulse: 0,
  samples: 0,
  sameSinceMs: nowMs,
  chargersThen: [0, 0, 0],
  below: 0,
  rests: [],
  doubt: null,
  ended: null,
  moves: null,
  mirror: null
})

/**
 * One look a cycle. A meter that is silent, frozen, jumping, of the wrong sign, or that shows less than the
 * chargers behind it, is not believed; it is believed again after ten good samples in a row.
 */
export function watchMeter(watch: MeterWatch, look: MeterLook): MeterWatch {
  const { sample, nowMs } = look
  if (sample === null || isSilent(nowMs - sample.takenAtMs, look.silentMs))
    return fault(watch, 'silent', 'no reading in time', nowMs)
  if (sample.takenAtMs === watch.last?.takenAtMs) return watch
  const seen = remember(watch, look, sample)
  const because = faultIn(watch, seen, look, sample)
  if (because !== null) return fault(seen, 'untrusted', because, nowMs)
  const goodInRow = seen.goodInRow + 1
  if (goodInRow < seen.needed) return { ...seen, goodInRow }
  const sinceMs = seen.verdict === 'good' ? seen.sinceMs : nowMs
  return { ...seen, verdict: 'good', because: null, goodInRow, sinceMs }
}

/**
 * By `silentMs` the fail-safe has to stand, and the next look comes a cycle later. Not below two cycles: a meter
 * that is asked once a second is that old between two answers.
 */
const isSilent = (ageMs: number, silentMs: number): boolean =>
  ageMs >= silentMs || ageMs > Math.max(silentMs - cycleMs, 2 * cycleMs)

function fault(
  watch: MeterWatch,
  verdict: 'silent' | 'untrusted',
  because: string,
  nowMs: number
): MeterWatch {
  const began = watch.last === null && verdict === 'silent'
  return {
    ...watch,
    verdict,
    because,
    goodInRow: 0,
    needed: began ? neededAtStart : neededAfterFault,
    sinceMs: watch.verdict === verdict ? watch.sinceMs : nowMs
  }
}

function remember(watch: MeterWatch, look: MeterLook, sample: Sample): MeterWatch {
  const same = watch.last !== null && isSame(watch.last.reading, sample.reading)
  const weight = 1 / Math.min(watch.samples + 1, 60)
  return {
    ...watch,
    last: sample,
    // A frozen meter must not unlearn that it used to tremble.
    pulse: isLively(watch) && same ? watch.pulse : watch.pulse + ((same ? 0 : 1) - watch.pulse) * weight,
    samples: watch.samples + 1,
    sameSinceMs: same ? watch.sameSinceMs : look.nowMs,
    chargersThen: same ? watch.chargersThen : look.chargers,
    below: isBelow(look, sample.reading) ? watch.below + 1 : 0,
    ...doubtIn(watch, look, sample)
  }
}

/** Only where something feeds in: elsewhere a sign that stays wrong is known by itself. */
function doubtIn(
  watch: MeterWatch,
  look: MeterLook,
  { reading, takenAtMs: atMs }: Sample
): Pick<MeterWatch, 'rests' | 'doubt' | 'ended' | 'moves' | 'mirror'> {
  const { devices, chargers, voltageV, nowMs } = look
  if (devices === undefined) return { rests: [], doubt: null, ended: null, moves: null, mirror: null }
  const powerW = powerOf(reading, voltageV)
  const devicesW = wattsOf(devices.milliA, voltageV)
  const besideDevicesW = powerW - devicesW
  const chargersW = wattsOf(chargers, voltageV)
  const restW = besideDevicesW - chargersW
  const moves = moving(watch.moves, { atMs, powerW, devicesW, restW })
  const rests = [...watch.rests.slice(1 - keptRests), { besideDevicesW, restW }]
  if (watch.last === null) return { rests, doubt: null, ended: null, moves, mirror: null }
  const before = watch.last.reading
  const beforeW = powerOf(before, voltageV)
  const last = watch.rests.at(-1) ?? { besideDevicesW, restW }
  const restBefore = last.restW
  const movedW = powerW - beforeW - (restW - restBefore)
  const shown = { powerW, beforeW, devicesW, chargersW }
  const unsureW = wattsOf(devices.unsure, voltageV)
  const mirror = mirrored(watch.mirror, { ...shown, unsureW, before: last })
  const turnedRest = turnedIn(watch, { before, reading, shown }) ?? turnedSince(mirror)
  const jumped = jump(before, reading, { movedW, leastMilliA: doubtedMilliA }) ?? turnOf(turnedRest)
  const jumpedBack = jump(reading, before, { movedW: 0, leastMilliA: doubtedMilliA })
  const { ended } = watch
  const all = { nowMs, jumped, jumpedBack, moves, ended, powerW, before: turnedRest ?? restBefore, restW }
  const doubt = doubted(watch.doubt, all)
  return { rests, ...answered(watch, doubt, { moves, mirror, nowMs }) }
}

type Turning = {
  readonly before: Reading
  readonly reading: Reading
  readonly shown: Omit<TurnLook, 'rests'>
}

const turnedIn = ({ rests }: MeterWatch, { before, reading, shown }: Turning): number | null =>
  mayHaveTurned(before, reading) ? turned({ ...shown, rests }) : null

type Answer = Pick<MeterWatch, 'doubt' | 'ended' | 'moves' | 'mirror'>

/** What moved, or was seen backwards, while it was doubted has been answered with the doubt. */
function answered(
  { doubt: before, ended }: MeterWatch,
  doubt: Doubt | null,
  { moves, mirror, nowMs }: { readonly moves: Moves; readonly mirror: Mirror | null; readonly nowMs: number }
): Answer {
  if (doubt !== null) return { doubt, ended, moves, mirror: null }
  if (before === null) return { doubt, ended, moves, mirror }
  const now = { atMs: nowMs, relapses: before.relapses }
  return { doubt, ended: now, moves: { ...moves, against: 0 }, mirror: null }
}

const turnOf = (restW: number | null): string | null => (restW === null ? null : turnedOver)

const powerOf = ({ powerW, currentMilliA = [0, 0, 0] }: Reading, voltageV: number): number =>
  powerW ?? wattsOf(currentMilliA, voltageV)

function faultIn(before: MeterWatch, seen: MeterWatch, look: MeterLook, sample: Sample): string | null {
  const absurd = absurdity(sample.reading, look)
  if (absurd !== null) return absurd
  if (seen.below >= belowSamples) return tooLow(look, sample.reading)
  const frozen = look.nowMs - seen.sameSinceMs >= frozenMs && (isLively(seen) || chargersMoved(seen, look))
  if (frozen) return 'frozen'
  if (look.devices !== undefined) return seen.doubt?.because ?? null
  return before.last === null ? null : jump(before.last.reading, sample.reading)
}

const isLively = ({ pulse, samples }: MeterWatch): boolean => samples >= livelySamples && pulse >= livelyPulse

const chargersMoved = (watch: MeterWatch, { chargers }: MeterLook): boolean =>
  ([0, 1, 2] as const).some((phase) => Math.abs(chargers[phase] - watch.chargersThen[phase]) > frozenMilliA)

/** Energy is left out: it stands still at no load while all else trembles. */
function isSame(left: Reading, right: Reading): boolean {
  return (
    left.powerW === right.powerW &&
    sameThree(left.currentMilliA, right.currentMilliA) &&
    sameThree(left.voltageV, right.voltageV)
  )
}

const sameThree = (left: Reading['voltageV'], right: Reading['voltageV']): boolean =>
  left === right ||
  (left !== undefined &&
    right !== undefined &&
    left[0] === right[0] &&
    left[1] === right[1] &&
    left[2] === right[2])
