import type { Model } from '../model.ts'
import * as classic from './classic.ts'
import * as der from './der.ts'

/** Every model by its name. */
export const namedModels = { ...classic, ...der } as const

const models: readonly Model[] = Object.values(namedModels)

/** @returns undefined when no file describes a model of this number */
export const modelOf = (id: number): Model | undefined => models.find(({ ids }) => ids.includes(id))

/** Every number that a file describes. */
export const knownModels: readonly number[] = models.flatMap(({ ids }) => ids)
