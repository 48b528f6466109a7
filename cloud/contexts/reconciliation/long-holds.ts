import type { Tx } from '../../db/index.ts'
import type { Line, Movement } from './model.ts'
import type { Needs } from './needs.ts'
import type { StatementSource } from './statements.ts'

export type StatementLine = Line & { readonly endsHold?: true }

/**
 * Of channels that take a hold's money first: payment and the refund of its rest become what was captured, when the rest went
 * back; a hold that still stands, or came back whole, is no capture yet.
 */
export function keptOf(
  { statements }: { readonly statements: readonly Pick<StatementSource, 'provider' | 'takesFirst'>[] },
  movements: readonly Movement[],
  lines: readonly StatementLine[]
): Line[] {
  const first = new Set(statements.flatMap(({ provider, takesFirst }) => (takesFirst ? provider : [])))
  const open = new Set(
    movements
      .filter(({ state }) => state === 'open')
      .map(({ provider, reference }) => `${provider}/${reference}`)
  )
  const rests = new Map(
    lines.filter(({ endsHold }) => endsHold).map((line) => [`${line.provider}/${line.reference}`, line])
  )
  return lines.flatMap(({ endsHold, ...line }) => {
    const key = `${line.provider}/${line.reference}`
    if (!first.has(line.provider)) return [line]
    if (endsHold || (line.kind === 'capture' && open.has(key))) return []
    const rest = line.kind === 'capture' ? rests.get(key) : undefined
    if (rest === undefined) return [line]
    const amountMinor = line.amountMinor - rest.amountMinor
    return amountMinor === 0 ? [] : [{ ...line, amountMinor, at: rest.at, day: rest.day }]
  })
}

type Seen = { readonly movements: readonly Movement[]; readonly lines: readonly StatementLine[] }

/**
 * Lines as they belong to the days that are looked at, of channels that take first: a hold stands in the statement of the day
 * on which it began, but counts on the day on which it ended. So one that ended on other days is left to them, and for one
 * that ended on these its line is fetched from the statement of its first day, as it was kept.
 */
export async function withLongHolds(
  { statements }: Pick<Needs, 'statements'>,
  tx: Tx,
  { movements, lines }: Seen
): Promise<StatementLine[]> {
  let all = [...lines]
  for (const source of statements.filter(({ takesFirst }) => takesFirst)) {
    const its = movements.filter(({ provider, kind }) => provider === source.provider && kind === 'capture')
    const elsewhere = await endedElsewhere(tx, source.provider, { movements: its, lines: all })
    all = all.filter(({ provider, kind, reference }) => {
      return provider !== source.provider || kind !== 'capture' || !elsewhere.has(reference)
    })
    all.push(...(await begunBefore(tx, source, { movements: its, lines: all })))
  }
  return all
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const capturesOf = (provider: string, lines: readonly StatementLine[]): Set<string> =>
  new Set(
    lines.flatMap((line) => (line.provider === provider && line.kind === 'capture' ? line.reference : []))
  )

/** Payments of lines whose movement is on another day than those that are looked at. */
async function endedElsewhere(
  tx: Tx,
  provider: string,
  { movements, lines }: Seen
): Promise<ReadonlySet<string>> {
  const here = new Set(movements.map(({ reference }) => reference))
  const strange = [...capturesOf(provider, lines)].filter((each) => !here.has(each) && uuid.test(each))
  if (strange.length === 0) return new Set()
  const rows = await tx.query<{ id: string }>(
    `select id from reconciliation_movements where provider = $1 and kind = 'capture' and id = any ($2)`,
    [provider, strange]
  )
  return new Set(rows.map(({ id }) => id))
}

type KeptRow = Omit<StatementLine, 'provider' | 'reference' | 'day'> & { readonly paymentId: string }

/** Lines of holds that ended on these days and are not in their statements; dated by us until the rest of the hold dates them. */
async function begunBefore(
  tx: Tx,
  { provider, timeZone, ownerOf }: StatementSource,
  { movements, lines }: Seen
): Promise<StatementLine[]> {
  const there = capturesOf(provider, lines)
  const days = new Map(
    movements.flatMap(({ state, reference, day }) =>
      state === 'open' || there.has(reference) ? [] : [[reference, day] as const]
    )
  )
  if (days.size === 0) return []
  const rows = await tx.query<KeptRow & { orderReference: string }>(
    `select m.payment_id as "paymentId", l.* from reconciliation_movements m
     join reconciliation_statements s on s.tenant_id = m.tenant_id and s.provider = m.provider
       and s.date between (m.held_at at time zone $3)::date - 1 and (m.held_at at time zone $3)::date + 1
     cross join lateral jsonb_to_recordset(s.lines) as l (id text, kind text, "orderReference" text, currency text,
       "amountMinor" bigint, at text)
     where m.provider = $1 and m.kind = 'capture' and m.id = any ($2) and l.kind = 'capture'
       and position(m.payment_id::text in l."orderReference") > 0 order by s.fetched_at`,
    [provider, [...days.keys()], timeZone]
  )
  const found = rows
    .filter(({ paymentId, orderReference }) => ownerOf(orderReference)?.paymentId === paymentId)
    .map(({ paymentId, orderReference: _reference, ...row }): StatementLine => ({
      ...row,
      provider,
      reference: paymentId,
      day: days.get(paymentId) ?? ''
    }))
  return [...new Map(found.map((line) => [line.id, line])).values()] // A file that was downloaded again says it again.
}
