import { numberOf } from '@nova/shared-protocol/codecs/ocpp'
import type { Profile } from '@nova/shared-protocol/codecs/ocpp/composite'
import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { ConnectorAddress } from '@nova/shared-protocol/model'
import type { Difference, ReadBack } from '../../contract.ts'
import { deedOf } from '../orders/deed.ts'
import { unled } from '../orders/led.ts'
import type { PowerNeeds, Station } from '../orders/set-point.ts'
import { expectedOf, fits, type Expected } from './expect.ts'
import { readSays } from './says.ts'
import { ledOn } from './told.ts'

const afterLeaseS = 60 // The window reaches beyond the lease, so that it shows the fallback as well.
const longestWindowS = 600

/** Asks each connector that was told something; the first one that stays silent ends it. */
export async function readBack(needs: PowerNeeds, station: Station, signal: AbortSignal): Promise<ReadBack> {
  const against = unled(station.charger)
  if (against !== null) return { kind: 'unknown', because: against }
  if (station.finding.can?.readsBack === false)
    return { kind: 'unknown', because: 'the charger does not read back' }
  const differences: Difference[] = []
  let compared = 0
  for (const place of placesOf(station)) {
    const found = await compare(needs, station, place, signal)
    if (found.kind === 'failed') return found
    if (found.kind === 'unknown') continue
    compared++
    if (found.kind === 'differs') differences.push(found.difference)
  }
  const [first, ...rest] = differences
  if (first) return { kind: 'differs', differences: [first, ...rest] }
  return compared > 0
    ? { kind: 'as-told' }
    : { kind: 'unknown', because: 'it was told nothing that it shows' }
}

type Place = { readonly address: ConnectorAddress; readonly number: number; readonly plateW: number }

function placesOf({ charger }: Station): readonly Place[] {
  return charger.evses.flatMap((evse) =>
    evse.connectors.flatMap(({ id, maxPowerW: plateW }) => {
      const address = { chargerId: charger.id, evseId: evse.id, connectorId: id }
      const number = numberOf(charger, address)
      return number === null ? [] : [{ address, number, plateW }]
    })
  )
}

type Found =
  | { readonly kind: 'same' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'differs'; readonly difference: Difference }
  | Extract<ReadBack, { readonly kind: 'failed' }>

async function compare(
  needs: PowerNeeds,
  station: Station,
  place: Place,
  signal: AbortSignal
): Promise<Found> {
  const { finding } = station
  const before = finding.told
  const askedMs = needs.now()
  const windowS = windowOf(before, place.number, askedMs)
  const at = { connector: place.number, unit: finding.unit, voltageV: needs.voltageV, atMs: askedMs }
  if (expectedOf(before, at) === null) return { kind: 'unknown' }
  const outcome = await ask(needs, station, { connector: place.number, windowS }, signal)
  const says = outcome.kind === 'result' ? readSays(outcome.payload) : null
  if (says === null) return silent(station, outcome)
  const stacks = [before, finding.told] // A set-point may have overtaken the question.
  const fitting = (second: number) => {
    const then = { ...at, unit: says.unit, atMs: askedMs + second * 1000 }
    return stacks.some((told) => fits(says.atS(second), told, then, place.plateW))
  }
  const wrong = [0, windowS - 1].find((second) => !fitting(second))
  if (wrong === undefined) return { kind: 'same' }
  // Without a transaction many stations say what they can, not what they would: proof only where a probe saw it.
  const led = stacks.some((told) => ledOn(told, place.number) !== null)
  if (!led && finding.can?.readsBack !== true) return { kind: 'unknown' }
  const wanted = expectedOf(finding.told, { ...at, unit: says.unit, atMs: askedMs + wrong * 1000 })
  return { kind: 'differs', difference: differenceOf(place.address, wanted, says.atS(wrong)) }
}

const differenceOf = (
  address: ConnectorAddress,
  wanted: Expected | null,
  says: number | null
): Difference => {
  const milliA = (limit: number) => Math.round((limit * 1000) / (wanted?.ampereIn ?? 1))
  return {
    ...address,
    toldMilliA: wanted === null ? null : milliA(wanted.limit),
    saysMilliA: says === null ? null : milliA(says)
  }
}

function windowOf(told: readonly Profile[], connector: number, nowMs: number): number {
  const ends = told
    .filter(({ evse, validToMs }) => evse === connector && validToMs !== null)
    .map(({ validToMs }) => Math.ceil(((validToMs ?? nowMs) - nowMs) / 1000))
  return Math.min(longestWindowS, Math.max(0, ...ends) + afterLeaseS)
}

export type Question = { readonly connector: number; readonly windowS: number }

export function ask(
  needs: PowerNeeds,
  station: Station,
  { connector, windowS }: Question,
  signal: AbortSignal
): Promise<Outcome> {
  const payload = { connectorId: connector, duration: windowS, chargingRateUnit: station.finding.unit }
  const wish = { action: 'GetCompositeSchedule', payload, urgent: false, topic: null }
  return station.ask({ ...wish, patienceMs: needs.setPointMs }, signal)
}

/** It does not answer the question: no reason to distrust it, unless the line is bad. */
function silent({ finding }: Station, outcome: Outcome): Found {
  if (outcome.kind === 'error' && /^Not(Implemented|Supported)$/.test(outcome.code)) {
    if (finding.can) finding.can = { ...finding.can, readsBack: false }
    return { kind: 'unknown' }
  }
  if (outcome.kind === 'result' || outcome.kind === 'error') return { kind: 'unknown' }
  const deed = deedOf(outcome)
  return { kind: 'failed', error: deed.kind === 'failed' ? deed.error : 'no answer' }
}
