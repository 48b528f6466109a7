import {
  fallbackProfile,
  leaseProfile,
  numberOf,
  stationMaxProfile,
  unitFrom,
  type RateUnit,
  type Speech,
  type ToStation16
} from '@nova/shared-protocol/codecs/ocpp'
import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { Charger } from '@nova/shared-protocol/model'
import type { Deed, Fallback, SetPoint } from '../../contract.ts'
import { deedOf } from './deed.ts'
import type { Line } from './line.ts'

export type Station = Line & {
  readonly charger: Charger
  /** Amperes until the charger has said that it only takes watts. */
  unit: RateUnit
  unitAsked: boolean
}

export type PowerNeeds = { readonly voltageV: number; readonly setPointMs: number; now(): number }
type Profile = ToStation16['SetChargingProfile'][0]
type Worded = (speech: Speech) => Profile

const unitKey = 'ChargingScheduleAllowedChargingRateUnit'

/** One connector's lease. Overtakes orders; a newer one for the same connector takes the place of a waiting one. */
export async function setPoint(
  needs: PowerNeeds,
  station: Station,
  point: SetPoint,
  signal: AbortSignal
): Promise<Deed> {
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
  const say = () =>
    station.ask(
      {
        action: 'SetChargingProfile',
        payload: worded({ unit: station.unit, voltageV: needs.voltageV }),
        urgent: true,
        topic,
        patienceMs: needs.setPointMs
      },
      signal
    )
  const outcome = await say()
  if (deedOf(outcome).kind !== 'rejected' || station.unitAsked) return outcome
  return (await asksForWatts(needs, station, signal)) ? say() : outcome
}

async function asksForWatts(needs: PowerNeeds, station: Station, signal: AbortSignal): Promise<boolean> {
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
  station.unit = unitFrom(said.kind === 'result' ? valueOf(said.payload) : undefined)
  return station.unit === 'W'
}

type Configuration = {
  readonly configurationKey?: readonly { readonly key?: unknown; readonly value?: unknown }[]
}

function valueOf(payload: unknown): string | undefined {
  const keys = (payload as Configuration | null)?.configurationKey
  const found = Array.isArray(keys)
    ? (keys as { key?: unknown; value?: unknown }[]).find(({ key }) => key === unitKey)
    : undefined
  return typeof found?.value === 'string' ? found.value : undefined
}
