import type { MeterMap } from '../meter-map.ts'
import { eastronSdm630 } from './eastron-sdm630.ts'

const maps: readonly MeterMap[] = [eastronSdm630]

export const knownMaps: readonly string[] = maps.map(({ model }) => model)

/** @returns undefined when no file describes this model */
export const meterMap = (model: string): MeterMap | undefined => maps.find((map) => map.model === model)
