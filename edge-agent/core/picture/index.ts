export { fitted } from './fitted.ts'
export { foresee, foreseeUnder, nodesUnder, type Sight } from './foresee.ts'
export { pictureFrom, type Seen } from './from-allocation.ts'
export { nextWord, type Said } from './next-word.ts'
