import type { BoxMap } from './box-map.ts'
import { contactClosedDims, contactOpenDims } from './contacts.ts'
import { limitWatts } from './limit-watts.ts'

const boxes: readonly BoxMap[] = [limitWatts, contactOpenDims, contactClosedDims]

export const knownBoxes: readonly string[] = boxes.map(({ model }) => model)

/** @returns undefined when no file describes this model */
export const boxMap = (model: string): BoxMap | undefined => boxes.find((box) => box.model === model)
