import type { Tx } from '../../db/index.ts'
import type { DocumentKind } from './document.ts'

/** Receipts keep the bare number they always had. */
const series: Readonly<Record<DocumentKind, string>> = { receipt: 'R', monthly: 'M', 'credit-note': 'C' }

export type Numbered = {
  readonly number: string
  readonly series: string
  readonly year: number
  readonly sequence: number
}

/**
 * The next number of a series: `2026-000123`, `M-2026-000001`, `C-2026-000001`. The row stays locked until the
 * caller's transaction ends, so what is rolled back gives its number back and there are no gaps; take it last.
 */
export async function nextNumber(tx: Tx, kind: DocumentKind, year: number): Promise<Numbered> {
  const name = series[kind]
  const { last } = await tx.one<{ last: number }>(
    `insert into invoice_numbers (tenant_id, series, year, last) values (nova_tenant(), $1, $2, 1)
     on conflict (tenant_id, series, year) do update set last = invoice_numbers.last + 1 returning last`,
    [name, year]
  )
  const plain = `${year}-${String(last).padStart(6, '0')}`
  return { number: name === 'R' ? plain : `${name}-${plain}`, series: name, year, sequence: last }
}

export type SeriesState = {
  readonly series: string
  readonly year: number
  readonly last: number
  readonly invoices: number
  readonly gapless: boolean
}

/** For an auditor: each series with the last number given and how many invoices carry one. */
export async function numberingOf(tx: Tx): Promise<SeriesState[]> {
  return tx.query<SeriesState>(
    `select n.series, n.year, n.last, count(i.id)::integer as invoices,
       count(i.id) = n.last and count(distinct i.sequence) = n.last and coalesce(max(i.sequence), 0) = n.last as gapless
     from invoice_numbers n
       left join (select id, coalesce(series, 'R') as series, coalesce(year, left(number, 4)::smallint) as year,
           regexp_replace(number, '^.*-', '')::integer as sequence from invoices) i
         on i.series = n.series and i.year = n.year
     group by n.series, n.year, n.last order by n.year, n.series`
  )
}
