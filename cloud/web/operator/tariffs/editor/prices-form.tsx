import type { ReactNode } from 'react'
import type { Kind } from './draft.ts'
import { Identity } from './identity.tsx'
import { RulesForm } from './rules-form.tsx'
import { SegmentsForm } from './segments-form.tsx'

type Props = {
  readonly kind: Kind
  readonly isNew: boolean
  readonly zone: string
  readonly currency: string
}

/** What the tariff is, then its prices in the form of their kind. */
export function PricesForm({ kind, isNew, zone, currency }: Props): ReactNode {
  return (
    <>
      <Identity isNew={isNew} zone={zone} />
      {kind === 'rules' ? <RulesForm /> : <SegmentsForm currency={currency} />}
    </>
  )
}
