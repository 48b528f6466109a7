import type { Answer } from './client.ts'
import { standingBill } from './standing-bill.ts'
import { useApi } from './use-api.ts'
import type { Problem } from './problem.ts'

export type Bill = Answer<'GET /invoices'>['items'][number]
export type AskedBill = { readonly bill: Bill | null | undefined; readonly error: Problem | null }

/** A session's bill as it stands, corrections counted; null as long as there is none, undefined until that is known. */
export function useBill(sessionId: string, everyMs?: number): AskedBill {
  const asked = useApi(
    'GET /invoices',
    { query: { sessionId, limit: 50 } },
    everyMs === undefined ? {} : { everyMs }
  )
  return { bill: asked.data && standingBill(asked.data.items), error: asked.error }
}
