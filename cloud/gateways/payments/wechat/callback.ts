import { z } from 'zod'
import { readAttach } from './attach.ts'
import { json } from '../exchange.ts'
import { uuidOf, type Hint } from '../port.ts'
import type { Marked } from './certificates.ts'
import type { Client } from './client.ts'
import { opened } from './signing.ts'

const Callback = z.object({
  id: z.string().min(1).max(100),
  event_type: z.string(),
  resource: z.object({
    algorithm: z.string(),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().optional()
  })
})

/** What is inside: a transaction, a refund of one, or a service order. */
const Content = z.object({
  mchid: z.string().optional(),
  out_trade_no: z.string().optional(),
  out_order_no: z.string().optional(),
  attach: z.string().max(128).optional(),
  trade_state: z.string().optional(),
  amount: z.object({ total: z.int(), currency: z.string().default('CNY') }).optional(),
  risk_fund: z.object({ amount: z.int() }).optional()
})

/**
 * Verified as bytes, then opened, then parsed. A key that we have not learned is no key: the question to WeChat
 * brings it, and the callback comes again.
 */
export function hintOf(client: Client, marked: Marked): Hint | undefined {
  const { mchid, apiV3Key } = client.settings
  if (client.keyring.check(marked) !== 'genuine') return undefined
  const callback = Callback.safeParse(json(Buffer.from(marked.rawBytes).toString('utf8')))
  if (!callback.success) return undefined
  const content = Content.safeParse(json(opened(apiV3Key, callback.data.resource) ?? ''))
  if (!content.success || (content.data.mchid ?? mchid) !== mchid) return undefined
  return {
    eventId: callback.data.id,
    paymentReference: referenceOf(content.data),
    claims: claimsOf(content.data)
  }
}

function referenceOf({ out_order_no: score, out_trade_no: trade, attach }: z.infer<typeof Content>): string {
  const uuid = uuidOf(score ?? trade ?? '') ?? ''
  const attached = readAttach(attach ?? '')
  return attached === null ? uuid : `${attached.tenant}.${uuid}`
}

/** A refund's own amounts are not the order's: only an order and a transaction tell what is held. */
function claimsOf({ amount, risk_fund: risk, trade_state: state }: z.infer<typeof Content>): Hint['claims'] {
  if (risk) return { currency: 'CNY', amountMinor: risk.amount }
  return amount && state !== undefined ? { currency: amount.currency, amountMinor: amount.total } : null
}
