import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'
import type { Line } from './document.ts'
import type { TaxGroup } from './tax/sums.ts'

/** `amountMinor` of all lines add up to the total; `netMinor`, `taxMinor` and the rounding difference do so, too. */
export const LineView = z.object({
  name: z.string(),
  part: z.enum(['electricity', 'service']),
  quantity: z.string(),
  unit: z.string(),
  unitPrice: z.string(),
  amountMinor: z.int(),
  netMinor: z.int(),
  taxMinor: z.int(),
  taxCategory: z.string(),
  taxPercent: z.string().nullable(),
  rule: z.string(),
  sessionId: z.uuid().nullable()
})

export const viewOfLine = ({ treatment, sessionId, ...line }: Line): z.infer<typeof LineView> => ({
  ...line,
  taxCategory: treatment.category,
  taxPercent: treatment.percent,
  sessionId: sessionId ?? null
})

export const TaxView = z.object({
  name: z.string(),
  category: z.string(),
  percent: z.string().nullable(),
  base: Money,
  tax: Money,
  source: z.string().nullable(),
  exemption: z.string().nullable()
})

export const viewOfTax = (currency: string, tax: TaxGroup): z.infer<typeof TaxView> => ({
  name: tax.name,
  category: tax.category,
  percent: tax.percent,
  base: { currency, amountMinor: tax.baseMinor },
  tax: { currency, amountMinor: tax.taxMinor },
  source: tax.source,
  exemption: tax.exemption?.text ?? null
})
