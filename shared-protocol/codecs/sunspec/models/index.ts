import type { Model } from '../model.ts'
import * as classic from './classic.ts'
import * as der from './der.ts'

const models: readonly Model[] = [...Object.values(classic), ...Object.values(der)]

/** @returns undefined when no file describes a model of this number */
export const modelOf = (id: number): Model | undefined => models.find(({ ids }) => ids.includes(id))

/** Every number that a file describes. */
export const knownModels: readonly number[] = models.flatMap(({ ids }) => ids)
