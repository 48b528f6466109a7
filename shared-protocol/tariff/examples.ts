import type { Rated, Segment } from './index.ts'

/** A segment in one line, for tables. */
export const segment = (
  name: string,
  start: string,
  end: string,
  ...[electricityPrice, servicePrice = '0', weekdays]: [string, string?, number[]?]
): Segment => ({ name, start, end, electricityPrice, servicePrice, ...(weekdays ? { weekdays } : {}) })

/** kWh by segment name as the electricity lines show them. */
export const priced = (rated: Rated): Record<string, string> =>
  Object.fromEntries(
    rated.lines.filter(({ part }) => part === 'electricity').map(({ name, quantity }) => [name, quantity])
  )
