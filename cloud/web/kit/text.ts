/** Words, numbers, times and distances: what every page needs to speak. */
export * from './distance.ts'
export * from './format.ts'
export { detailText } from './limit-details.ts'
export { lineText, partyText } from './names.ts'
export { reasonText } from './reasons.ts'
export * from './time.ts'
export * from './words/index.ts'
export type { Language } from './words/language.ts'
