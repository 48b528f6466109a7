import { numberOf, unitFrom } from '@nova/shared-protocol/codecs/ocpp'
import type { Charger } from '@nova/shared-protocol/model'
import type { Capabilities } from '../../contract.ts'
import { unled } from '../orders/led.ts'
import type { PowerNeeds, Station } from '../orders/set-point.ts'
import { quirksOf, type Quirk } from '../quirks/index.ts'
import { askedKeys, countOf, keysOf, switchOf, unitKey } from './configuration.ts'
import type { CapabilityMemory, Finding } from './finding.ts'
import { ledOn } from './told.ts'
import { tryOut, untried } from './trial.ts'

export type ProbeNeeds = PowerNeeds & {
  readonly memory: CapabilityMemory
  readonly quirks: readonly Quirk[]
  instant(): string
}

/**
 * Finds out what a charger can, once for each firmware: its configuration, then, at one connector where no
 * transaction is led, what it makes of a limit. What could not be found is null and is asked for again next time.
 * @returns null when it is not led, or does not answer
 */
export async function probe(
  needs: ProbeNeeds,
  station: Station,
  signal: AbortSignal
): Promise<Capabilities | null> {
  const { finding, charger } = station
  if (unled(charger) !== null) return null
  const known = stillTrue(finding)
  if (known !== null) return known
  const keys = await configuration(needs, station, signal)
  if (keys === null) return null
  if (keys.has(unitKey)) finding.unit = unitFrom(keys.get(unitKey))
  const number = idleConnector(station)
  const trial = number === null ? untried : await tryOut(needs, { station, connector: number }, signal)
  const { unit, stationMaximum } = finding
  const firmware = firmwareOf(finding)
  const found = { foundAt: needs.instant(), firmware, unit, stationMaximum, ...written(keys), ...trial }
  return keepFound(needs, station, found)
}

/** A charger that has not booted since we did has the firmware that it had. */
const firmwareOf = ({ plate, can }: Finding): string | null =>
  plate === null ? (can?.firmware ?? null) : plate.firmware

const stillTrue = (finding: Finding): Capabilities | null =>
  finding.can !== null && finding.can.firmware === firmwareOf(finding) && finding.can.readsBack !== null
    ? finding.can
    : null

/** @returns null when the charger does not answer; a refusal is an answer without keys */
async function configuration(
  needs: ProbeNeeds,
  station: Station,
  signal: AbortSignal
): Promise<ReadonlyMap<string, string> | null> {
  const wish = { action: 'GetConfiguration', payload: { key: askedKeys }, urgent: false, topic: null }
  const said = await station.ask({ ...wish, patienceMs: needs.setPointMs }, signal)
  if (said.kind === 'error') return new Map()
  return said.kind === 'result' ? keysOf(said.payload) : null
}

const written = (keys: ReadonlyMap<string, string>) => ({
  maxStackLevel: countOf(keys.get('ChargeProfileMaxStackLevel')),
  maxPeriods: countOf(keys.get('ChargingScheduleMaxPeriods')),
  maxProfiles: countOf(keys.get('MaxChargingProfilesInstalled')),
  switches3to1: switchOf(keys.get('ConnectorSwitch3to1PhaseSupported')),
  sampleIntervalS: countOf(keys.get('MeterValueSampleInterval'))
})

async function keepFound(
  needs: ProbeNeeds,
  { finding, charger }: Station,
  found: Capabilities
): Promise<Capabilities> {
  const quirks = quirksOf(needs.quirks, finding.plate)
  const can = quirks.reduce<Capabilities>((sofar, { sets }) => ({ ...sofar, ...sets }), found)
  finding.can = can
  finding.unit = can.unit
  await needs.memory.remember(charger.id, can)
  return can
}

function idleConnector({ charger, finding }: Station): number | null {
  const numbers = numbersOf(charger)
  return numbers.find((number) => ledOn(finding.told, number) === null) ?? null
}

const numbersOf = (charger: Charger): readonly number[] =>
  charger.evses.flatMap((evse) =>
    evse.connectors.flatMap(({ id }) => {
      const number = numberOf(charger, { evseId: evse.id, connectorId: id })
      return number === null ? [] : [number]
    })
  )
