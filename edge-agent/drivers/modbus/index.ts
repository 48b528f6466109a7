export { openGridSignal, type GridBox } from './grid-signal.ts'
export { knownBoxes } from './boxes/index.ts'
export { knownMeters, openModbusMeter, type MeterDevice, type Needs as ModbusMeterNeeds } from './meter.ts'
export {
  openSunSpec,
  usualPollMs,
  type Needs as SunSpecNeeds,
  type SunSpecDevice
} from './sunspec/participant.ts'
