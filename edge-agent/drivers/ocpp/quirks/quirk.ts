import type { Capabilities } from '../../contract.ts'

/** What a charger says of itself when it boots. */
export type Plate = { readonly vendor: string; readonly model: string; readonly firmware: string | null }

export type Quirk = {
  readonly vendor: RegExp
  readonly model: RegExp
  readonly firmware: RegExp | null // null: every firmware.
  readonly note: string
  readonly source: string // Where anybody can read it.
  readonly sets: Partial<
    Pick<Capabilities, 'unit' | 'stepMilliA' | 'maxStackLevel' | 'stationMaximum' | 'readsBack'>
  >
}

export const quirksOf = (all: readonly Quirk[], plate: Plate | null): readonly Quirk[] =>
  plate === null
    ? []
    : all.filter(
        ({ vendor, model, firmware }) =>
          vendor.test(plate.vendor) &&
          model.test(plate.model) &&
          (firmware === null || firmware.test(plate.firmware ?? ''))
      )
