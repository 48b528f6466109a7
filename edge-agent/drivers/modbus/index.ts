export { knownMeters, openModbusMeter, type MeterDevice, type Needs as ModbusMeterNeeds } from './meter.ts'
