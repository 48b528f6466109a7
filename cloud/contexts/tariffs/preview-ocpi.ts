import { z } from 'zod'
import { TimeZone } from '@nova/shared-protocol/model'
import { OcpiPeriod, OcpiTariff, rateOcpi, Version } from '@nova/shared-protocol/codecs/ocpi'
import { AmountTooLarge, Money } from '@nova/shared-protocol/units'
import { problem } from '../../http/index.ts'
import { insistOnCurrency } from './commands.ts'
import { PricedLine } from './shapes.ts'

/** The third form of a preview: OCPI objects as they stand, with what OCPI does not carry beside them. */
export const OcpiPreviewWanted = z.strictObject({
  ocpi: z.strictObject({
    version: Version,
    tariff: OcpiTariff,
    chargingPeriods: z.array(OcpiPeriod).max(10_000),
    startDateTime: z.string().max(40).nullish(),
    endDateTime: z.string().max(40).nullish(),
    reservationOutcome: z.enum(['RESERVATION', 'RESERVATION_EXPIRES']).nullish()
  }),
  timeZone: TimeZone
})
export type OcpiPreviewWanted = z.infer<typeof OcpiPreviewWanted>

export const OcpiPreviewAnswer = z.object({
  lines: z.array(PricedLine),
  total: Money,
  net: Money,
  tax: Money,
  exact: z.object({ excl: z.string(), incl: z.string() }),
  billed: z.record(z.string(), z.string()),
  notes: z.array(z.object({ code: z.string(), detail: z.string() }))
})
export type OcpiPreviewAnswer = z.infer<typeof OcpiPreviewAnswer>

/** Every readable reading and price may still make a sum that is no number of minor units any more. */
export const tooLarge = () =>
  problem(422, 'amount-too-large', 'The sum is more than 2^53 - 1 minor units, which nobody counts exactly.')

/** @throws Problem 422 `currency-unknown`, `amount-too-large`, `ocpi-invalid` with what does not hold: an instant, a number, the zone */
export function previewOcpi({ ocpi, timeZone }: OcpiPreviewWanted): OcpiPreviewAnswer {
  insistOnCurrency(ocpi.tariff.currency)
  try {
    const { lines, notes, ...rated } = rateOcpi({ ...ocpi, timeZone })
    return { ...rated, lines: [...lines], notes: [...notes] }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    if (error instanceof AmountTooLarge) throw tooLarge()
    throw problem(422, 'ocpi-invalid', error.message)
  }
}
