import { abb } from './abb.ts'
import { autel } from './autel.ts'
import type { Quirk } from './quirk.ts'

export { quirksOf, type Plate, type Quirk } from './quirk.ts'
export const knownQuirks: readonly Quirk[] = [...abb, ...autel]
