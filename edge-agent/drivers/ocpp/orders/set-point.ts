import {
  fallbackProfile,
  leaseProfile,
  numberOf,
  stationMaxProfile,
  unitFrom,
  type Speech,
  type ToStation16
} from '@nova/shared-protocol/codecs/ocpp'
import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { Charger } from '@nova/shared-protocol/model'
import type { Deed, Fallback, SetPoint } from '../../contract.ts'
import { keysOf, unitKey } from '../findings/configuration.ts'
import { speechFor, type Finding } from '../findings/finding.ts'
import { noteTold } from '../findings/told.ts'
import { deedOf } from './deed.ts'
import { unled } from './led.ts'
import type { Line } from './line.ts'

export type Station = Line & {
  readonly charger: Charger
  readonly finding: Finding
  unitAsked: boolean // Once a connection.
}

export type PowerNeeds = { readonly voltageV: number; readonly setPointMs: number; now(): number }
type Profile = ToStation16['SetChargingProfile'][0]
type Worded = (speech: Speech) => Profile

/** One connector's lease. Overtakes orders; a newer one for the same connector takes the place of a waiting one. */
export async function setPoint(
  needs: PowerNeeds,
  station: Station,
  point: SetPoint,
  signal: AbortSignal
): Promise<Deed> {
  const against = unled(station.charger) ?? noRoomFor(point, station)
  if (against !== null) return { kind: 'failed', error: against }
  const connector = numberOf(station.charger, point)
  if (connector === null)
    return { kind: 'failed', error: `connector ${point.evseId}:${point.connectorId} is not configured` }
  const transactionId = point.transactionId === null ? null : Number(point.transactionId)
  if (transactionId !== null && !Number.isSafeInteger(transactionId))
    return { kind: 'failed', error: `transaction ${point.transactionId} is no number` }
  const { limitMilliA, phases, leaseS } = point
  const lease = { connector, transactionId, limitMilliA, phases, leaseS }
  const worded: Worded = (speech) => leaseProfile(lease, needs.now(), speech)
  return deedOf(await speak(needs, station, { topic: `set-point ${connector}`, worded }, signal))
}

/** Before a transaction the lease lies above the stored default: with one level only it would take its place. */
const noRoomFor = ({ transactionId }: SetPoint, { finding }: Station): string | null =>
  transactionId === null && finding.can?.maxStackLevel === 0
    ? 'the charger keeps one default only: there is no lease before a transaction'
    : null

/**
 * What the charger keeps for the time when nobody leads it: the station's cap first, then each connector's
 * default; the answers are listed in that order. Accepted when every default was: some stations know no
 * ChargePointMaxProfile (1.6 §7.8 leaves the purposes open), and what each connector does unguided is told by its
 * default alone.
 */
export async function fallback(
  needs: PowerNeeds,
  station: Station,
  wanted: Fallback,
  signal: AbortSignal
): Promise<Deed> {
  const against = unled(station.charger)
  if (against !== null) return { kind: 'failed', error: against }
  const steps: { topic: string; worded: Worded }[] = [
    {
      topic: 'station maximum',
      worded: (speech) => stationMaxProfile(wanted.stationMaxMilliA, needs.now(), speech)
    }
  ]
  for (const each of wanted.connectors) {
    const number = numberOf(station.charger, each)
    if (number === null)
      return { kind: 'failed', error: `connector ${each.evseId}:${each.connectorId} is not configured` }
    steps.push({
      topic: `fallback ${number}`,
      worded: (speech) => fallbackProfile(number, each.defaultMilliA, speech)
    })
  }
  const deeds: Deed[] = []
  for (const each of steps) deeds.push(deedOf(await speak(needs, station, each, signal)))
  const [maximum] = deeds
  if (maximum && maximum.kind !== 'failed') station.finding.stationMaximum = maximum.kind === 'accepted'
  return allOf(deeds)
}

function allOf(deeds: readonly Deed[]): Deed {
  const failed = deeds.find((deed) => deed.kind === 'failed')
  if (failed) return failed
  const answer = deeds.map((deed) => (deed.kind === 'failed' ? null : deed.answer))
  const [, ...defaults] = deeds
  const taken = defaults.length > 0 && defaults.every(({ kind }) => kind === 'accepted')
  return { kind: taken ? 'accepted' : 'rejected', answer }
}

/** In the unit the charger takes; a first refusal is the occasion to ask which one that is (§9.4.2). */
async function speak(
  needs: PowerNeeds,
  station: Station,
  { topic, worded }: { readonly topic: string; readonly worded: Worded },
  signal: AbortSignal
): Promise<Outcome> {
  const say = async () => {
    const told = {
      action: 'SetChargingProfile',
      payload: worded(speechFor(station.finding, needs.voltageV))
    } as const
    const outcome = await station.ask({ ...told, urgent: true, topic, patienceMs: needs.setPointMs }, signal)
    if (deedOf(outcome).kind === 'accepted') noteTold(station.finding, told, needs.now())
    return outcome
  }
  const outcome = await say()
  if (deedOf(outcome).kind !== 'rejected' || station.unitAsked) return outcome
  return (await asksForAnother(needs, station, signal)) ? say() : outcome
}

async function asksForAnother(needs: PowerNeeds, station: Station, signal: AbortSignal): Promise<boolean> {
  const before = station.finding.unit
  station.unitAsked = true
  const said = await station.ask(
    {
      action: 'GetConfiguration',
      payload: { key: [unitKey] },
      urgent: true,
      topic: null,
      patienceMs: needs.setPointMs
    },
    signal
  )
  station.finding.unit = unitFrom(said.kind === 'result' ? keysOf(said.payload).get(unitKey) : undefined)
  return station.finding.unit !== before
}
