import { z } from 'zod'
import { refused, unknown, type Acted } from '../port.ts'
import { isAbsent, noOf, type Client } from './client.ts'

/** What `POST` and `GET /v3/refund/domestic/refunds` say. */
const Refund = z.object({
  refund_id: z.string(),
  out_refund_no: z.string(),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
  amount: z.object({ refund: z.int(), total: z.int() })
})
export type Refund = z.infer<typeof Refund>

export type RefundWanted = {
  readonly of: { readonly transaction_id: string } | { readonly out_trade_no: string }
  readonly no: string // Ours: asking again with the same number asks for nothing more.
  readonly amountMinor: number
  readonly totalMinor: number
  readonly notifyUrl: string
}

/** Asks for money back. @returns the refund as it stands, or why there is none */
export async function askRefund({ ask }: Client, wanted: RefundWanted): Promise<Refund | Acted> {
  const said = await ask('POST', '/v3/refund/domestic/refunds', {
    ...wanted.of,
    out_refund_no: wanted.no,
    notify_url: wanted.notifyUrl,
    amount: { refund: wanted.amountMinor, total: wanted.totalMinor, currency: 'CNY' }
  })
  if (typeof said === 'string' || said.status !== 200) return noOf(said)
  const refund = Refund.safeParse(said.body)
  return refund.success ? refund.data : unknown('the answer is no refund')
}

/** @returns 'absent' when it was never asked for; null without an answer */
export async function readRefund({ ask }: Client, no: string): Promise<Refund | 'absent' | null> {
  const said = await ask('GET', `/v3/refund/domestic/refunds/${encodeURIComponent(no)}`)
  if (isAbsent(said)) return 'absent'
  if (typeof said === 'string' || said.status !== 200) return null
  const refund = Refund.safeParse(said.body)
  return refund.success ? refund.data : null
}

/** `PROCESSING` is not done: it is asked for again. @returns undefined when the money is back */
export function openEnd({ status }: Refund): Acted | undefined {
  if (status === 'SUCCESS') return undefined
  return status === 'PROCESSING'
    ? unknown('the refund is on its way')
    : refused('refund-failed', `the refund is ${status}`)
}

/** Those of our refunds that have arrived; null when one could not be asked about. */
export async function arrived(client: Client, ids: readonly string[]): Promise<string[] | null> {
  const back: string[] = []
  for (const id of ids) {
    const refund = await readRefund(client, id)
    if (refund === null) return null
    if (refund !== 'absent' && refund.status === 'SUCCESS') back.push(id)
  }
  return back
}
