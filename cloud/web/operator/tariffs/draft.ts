export type SegmentDraft = {
  readonly name?: string
  readonly start: string
  readonly end: string
  readonly electricityPrice: string
  readonly servicePrice: string
}

const clock = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const decimal = /^\d{1,9}(\.\d{1,6})?$/

/** The rows that are whole already, so that the day can be drawn while the last one is still typed. */
export function usable(rows: readonly Partial<SegmentDraft>[]): readonly SegmentDraft[] {
  return rows.flatMap(({ name, start = '', end = '', electricityPrice = '', servicePrice = '' }) =>
    clock.test(start) && clock.test(end) && decimal.test(electricityPrice) && decimal.test(servicePrice)
      ? [{ ...(name === undefined ? {} : { name }), start, end, electricityPrice, servicePrice }]
      : []
  )
}
