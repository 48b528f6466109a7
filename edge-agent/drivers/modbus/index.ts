export { openModbusMeter, type MeterDevice, type Needs as ModbusMeterNeeds } from './meter.ts'
export { knownMeters } from './maps/index.ts'
