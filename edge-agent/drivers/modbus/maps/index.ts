import type { MeterMap } from '../meter-map.ts'
import { carloGavazziEm300 } from './carlo-gavazzi-em300.ts'
import { eastronSdm630 } from './eastron-sdm630.ts'
import { janitzaUmg96rmE } from './janitza-umg96rm-e.ts'
import { siemensPac2200 } from './siemens-pac2200.ts'
import { socomec } from './socomec.ts'

const maps: readonly MeterMap[] = [eastronSdm630, janitzaUmg96rmE, siemensPac2200, carloGavazziEm300, socomec]

export const knownMaps: readonly string[] = maps.map(({ model }) => model)

/** @returns undefined when no file describes this model */
export const meterMap = (model: string): MeterMap | undefined => maps.find((map) => map.model === model)
