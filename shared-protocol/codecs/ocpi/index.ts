export { rateOcpi, type OcpiNote, type OcpiRated, type OcpiSession } from './rate.ts'
export type { Loss } from './loss.ts'
export { importTariff, type Imported } from './tariff-in.ts'
export { OcpiCdr, OcpiPeriod, OcpiTariff, Version } from './wire.ts'
