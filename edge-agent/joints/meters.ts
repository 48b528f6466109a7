import type { GridSignalDriver, ParticipantDriver } from '../drivers/contract.ts'
import {
  knownBoxes,
  knownMeters,
  openGridSignal,
  openModbusMeter,
  openSunSpec,
  usualPollMs
} from '../drivers/modbus/index.ts'
import type { SiteFile } from '../settings/index.ts'
import type { Ground, NamedMeter } from './rooms.ts'

/** All that is dialled and only looked at or set; `close` ends it. */
export const openDevices = (ground: Ground) => ({
  meters: openMeters(ground),
  participants: openParticipants(ground),
  gridBox: openGridBox(ground)
})

export async function closeDevices({
  meters,
  participants,
  gridBox
}: ReturnType<typeof openDevices>): Promise<void> {
  await Promise.all([
    ...meters.map(({ driver }) => driver.close()),
    ...participants.map((driver) => driver.close()),
    gridBox?.close()
  ])
}

/** One driver for each meter of the site file; they dial in the background. */
function openMeters({ settings, clock, log }: Ground): readonly NamedMeter[] {
  return settings.devices.map((device) => ({
    id: device.id,
    model: device.model,
    // History is written by the clock (housekeeping.ts), more rarely than the meter speaks.
    driver: openModbusMeter(device, { clock, log, sampled: () => undefined })
  }))
}

/** One driver for each inverter and battery of the site file; they dial in the background. */
const openParticipants = ({ settings, clock, log }: Ground): readonly ParticipantDriver[] =>
  settings.participants.map((device) => openSunSpec({ ...device, pollMs: usualPollMs }, { clock, log }))

/** The grid operator's box, where it is one that we read; else it comes in by the local API. */
function openGridBox({ settings, clock, log }: Ground): GridSignalDriver | null {
  const box = settings.gridOperator
  if (box === null || box.address === undefined) return null
  const { address, unit, dimmedW } = box
  return openGridSignal({ model: boxModel(box), address, unit, dimmedW, pollMs: usualPollMs }, { clock, log })
}

/** A relay whose wire is broken dims. */
const boxModel = ({ kind, model }: { readonly kind: string; readonly model?: string | undefined }): string =>
  model ?? (kind === 'relay' ? 'contact-open-dims' : 'limit-watts')

/** Models that no driver knows, as complaints about the site file. */
export const strangeModels = ({ devices, gridOperator }: SiteFile) => [
  ...devices.flatMap((device, index) =>
    device.kind !== 'meter' || knownMeters.includes(device.model)
      ? []
      : [{ path: ['devices', index, 'model'], found: `"${device.model}"`, allowed: knownMeters.join(', ') }]
  ),
  ...(gridOperator?.model === undefined || knownBoxes.includes(gridOperator.model)
    ? []
    : [{ path: ['gridOperator', 'model'], found: `"${gridOperator.model}"`, allowed: knownBoxes.join(', ') }])
]
