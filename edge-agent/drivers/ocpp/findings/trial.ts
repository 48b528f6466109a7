import { trialProfile } from '@nova/shared-protocol/codecs/ocpp'
import type { Capabilities } from '../../contract.ts'
import { deedOf } from '../orders/deed.ts'
import type { PowerNeeds, Station } from '../orders/set-point.ts'
import { finestMilliA } from './finding.ts'
import { ask } from './read-back.ts'
import { readSays } from './says.ts'

// Below 6 A no vehicle charges (IEC 61851-1), and half an ampere shows whether a station rounds.
const trialMilliA = 5_500
const trialLastsS = 20
const trialWindowS = 5
const wholeAmpsMilliA = 1_000
const sameMilliA = 50

export type Tried = Pick<Capabilities, 'unit' | 'stepMilliA' | 'readsBack' | 'clears' | 'txBeforeStart'>
export const untried = {
  stepMilliA: finestMilliA,
  readsBack: null,
  clears: null,
  txBeforeStart: null
} as const

type Where = { readonly station: Station; readonly connector: number }

/** Sets a limit that harms nobody, reads it back, takes it away, and says what became of it. */
export async function tryOut(needs: PowerNeeds, where: Where, signal: AbortSignal): Promise<Tried> {
  const { finding } = where.station
  const taken =
    (await tell(needs, where, false, signal)) ||
    (await inTheOtherUnit(where.station, () => tell(needs, where, false, signal)))
  if (!taken) return { ...untried, unit: finding.unit }
  const seen = await hear(needs, where, signal)
  const txBeforeStart = await tell(needs, where, true, signal)
  if (txBeforeStart) await clear(needs, where, true, signal)
  const cleared = await clear(needs, where, false, signal)
  const after = seen.milliA === null ? null : await hear(needs, where, signal)
  return {
    unit: finding.unit,
    stepMilliA: (seen.milliA ?? trialMilliA) % wholeAmpsMilliA === 0 ? wholeAmpsMilliA : finestMilliA,
    readsBack: seen.readsBack,
    clears: cleared && (after === null || after.milliA !== seen.milliA),
    txBeforeStart
  }
}

/** Some name a unit in their configuration and take the other. */
async function inTheOtherUnit({ finding }: Station, again: () => Promise<boolean>): Promise<boolean> {
  const before = finding.unit
  finding.unit = before === 'A' ? 'W' : 'A'
  const taken = await again()
  if (!taken) finding.unit = before
  return taken
}

function trial(needs: PowerNeeds, { station, connector }: Where, inTransaction: boolean) {
  const speech = { unit: station.finding.unit, voltageV: needs.voltageV }
  const wanted = { connector, limitMilliA: trialMilliA, lastsS: trialLastsS }
  return trialProfile(wanted, inTransaction, needs.now(), speech)
}

const tell = (needs: PowerNeeds, where: Where, inTransaction: boolean, signal: AbortSignal) =>
  say(needs, where, ['SetChargingProfile', trial(needs, where, inTransaction)], signal)

function clear(needs: PowerNeeds, where: Where, inTransaction: boolean, signal: AbortSignal) {
  const { chargingProfileId: id } = trial(needs, where, inTransaction).csChargingProfiles
  return say(needs, where, ['ClearChargingProfile', { id }], signal)
}

async function say(
  { setPointMs }: PowerNeeds,
  { station }: Where,
  [action, payload]: readonly [string, object],
  signal: AbortSignal
): Promise<boolean> {
  const wish = { action, payload, urgent: true, topic: null, patienceMs: setPointMs }
  return deedOf(await station.ask(wish, signal)).kind === 'accepted'
}

/** The limit of the trial as the charger says it, rounded or not; null: it says something else. */
type Seen = { readonly readsBack: boolean | null; readonly milliA: number | null }

async function hear(needs: PowerNeeds, { station, connector }: Where, signal: AbortSignal): Promise<Seen> {
  const outcome = await ask(needs, station, { connector, windowS: trialWindowS }, signal)
  if (outcome.kind === 'error' && /^Not(Implemented|Supported)$/.test(outcome.code))
    return { readsBack: false, milliA: null }
  const says = outcome.kind === 'result' ? readSays(outcome.payload) : null
  const limit = says?.atS(0) ?? null
  if (says === null || limit === null) return { readsBack: null, milliA: null }
  const milliA = says.unit === 'A' ? limit * 1000 : (limit * 1000) / (needs.voltageV * 3)
  // 5 A and 6 A are 5.5 A rounded. Anything else is another limit: it does not show defaults while idle.
  const shown = [5_000, trialMilliA, 6_000].find((each) => Math.abs(each - milliA) < sameMilliA)
  return shown === undefined ? { readsBack: null, milliA: null } : { readsBack: true, milliA: shown }
}
