import type { Answer } from './client.ts'
import { useApi } from './use-api.ts'
import type { Problem } from './problem.ts'

export type Bill = Answer<'GET /invoices'>['items'][number]
export type AskedBill = { readonly bill: Bill | null | undefined; readonly error: Problem | null }

/** A session's invoice; null as long as there is none, undefined until that is known. */
export function useBill(sessionId: string, everyMs?: number): AskedBill {
  const asked = useApi(
    'GET /invoices',
    { query: { sessionId, limit: 1 } },
    everyMs === undefined ? {} : { everyMs }
  )
  return { bill: asked.data && (asked.data.items[0] ?? null), error: asked.error }
}
