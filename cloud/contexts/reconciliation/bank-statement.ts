import { minorDigits } from '@nova/shared-protocol/units'
import { z } from 'zod'
import { minorOf, readCsv, type Confirmed, type StatementRow, type StatementSource } from './statements.ts'

const patienceMs = 15_000

export type BankAccess = { readonly url: string; readonly key: string }

const Row = z.object({
  entry: z.string().min(1),
  kind: z.enum(['capture', 'refund']),
  order: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/),
  amount: z.string(),
  booked: z.iso.datetime()
})
const Found = z.object({
  items: z.array(z.object({ status: z.string(), currency: z.string(), capturedMinor: z.int() }))
})

/** Statements of the bank: CSV with a header, amounts as decimals with a sign, days of UTC. */
export function bankStatements(access: BankAccess): StatementSource {
  return {
    provider: 'bank',
    timeZone: 'UTC',
    download: async (date) => ask(access, `/v1/statement.csv?date=${date}`),
    parse: readBankStatement,
    ownerOf: ownerOfReference,
    async confirm(tenantId, paymentId) {
      const text = await ask(access, `/v1/holds?reference=${encodeURIComponent(`${tenantId}.${paymentId}`)}`)
      return text === null ? null : confirmed(text)
    }
  }
}

async function ask({ url, key }: BankAccess, path: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { authorization: `Bearer ${key}` }
    })
    return answer.ok ? await answer.text() : null
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null // No line, or no answer in time.
    throw error
  }
}

/** @throws RangeError when a line is not as the bank writes them */
export function readBankStatement(file: string): StatementRow[] {
  return readCsv(file).map((fields, index) => {
    const row = Row.safeParse(fields)
    if (!row.success) throw new RangeError(`line ${index + 2}: ${z.prettifyError(row.error)}`)
    const { entry: id, kind, order: orderReference, currency, amount, booked: at } = row.data
    const signed = minorOf(amount, minorDigits(currency))
    return { id, kind, orderReference, currency, amountMinor: kind === 'refund' ? 0 - signed : signed, at }
  })
}

const uuid = /^(.+)\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/

/** Our references at the bank are `{tenant}.{payment}`. */
export function ownerOfReference(reference: string): { tenantId: string; paymentId: string } | undefined {
  const [, tenantId = '', paymentId = ''] = uuid.exec(reference) ?? []
  return paymentId === '' ? undefined : { tenantId, paymentId }
}

function confirmed(text: string): Confirmed | null {
  const found = Found.safeParse(parsed(text))
  if (!found.success) return null
  const captured = found.data.items.find(({ capturedMinor }) => capturedMinor > 0)
  if (captured) return { state: 'captured', currency: captured.currency, amountMinor: captured.capturedMinor }
  const [first] = found.data.items
  if (!first) return { state: 'absent' }
  return { state: first.status === 'authorised' ? 'open' : 'ended' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
