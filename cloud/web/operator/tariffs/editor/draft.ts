import { usable, type SegmentDraft } from '../draft.ts'
import type { Plan, Rules, Tariff } from '../types.ts'
import { discountRowsOf, limitText, rowsOf, rulesFrom, type RulesDraft } from './rules-draft.ts'

export type Kind = Tariff['kind']

/** Everything the editor's form holds; both kinds keep what was typed while the other is looked at. */
export type Draft = {
  readonly tariffId?: string
  readonly name: string
  readonly kind: Kind
  readonly validFrom?: string // Wall clock of the site: 2026-12-01T00:00.
  readonly segments: readonly SegmentDraft[]
  readonly rules: RulesDraft
}

export const wholeDay: SegmentDraft = {
  name: '',
  start: '00:00',
  end: '24:00',
  electricityPrice: '1.00',
  servicePrice: '0.40'
}

const freshRules: RulesDraft = { tax: 'added', rows: [{ dimension: 'energy', price: '0.40' }], discounts: [] }

/** The form for the next version of a tariff, or for a new one. */
export function draftOf(tariff: Tariff | null): Draft {
  if (!tariff) return { name: '', kind: 'time-of-use', segments: [wholeDay], rules: freshRules }
  const { rules, segments, kind, name } = tariff
  return {
    name,
    kind,
    segments: segments.length > 0 ? segments.map((each) => ({ ...each, name: each.name ?? '' })) : [wholeDay],
    rules: rules
      ? {
          tax: rules.tax ?? 'added',
          rows: rowsOf(rules),
          discounts: discountRowsOf(rules),
          least: limitText(rules, 'minPrice'),
          most: limitText(rules, 'maxPrice')
        }
      : freshRules
  }
}

export type Prices = { readonly plan: Plan } | { readonly rules: Rules }

/** What the form says so far as prices; null while nothing of it is whole. */
export function pricesOf(draft: Draft, currency: string, before: Tariff | null): Prices | null {
  if (draft.kind === 'rules') {
    const rules = rulesFrom(draft.rules, currency, before?.rules)
    return rules && { rules }
  }
  const segments = usable(draft.segments).map(({ name, ...segment }) =>
    name === undefined || name === '' ? segment : { name, ...segment }
  )
  if (segments.length === 0) return null
  return { plan: { currency, segments, ...(before?.fallback ? { fallback: before.fallback } : {}) } }
}
