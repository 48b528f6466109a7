import { z } from 'zod'

/** What a merchant may ask, with WeChat's own bounds on each field. */
export const NativeWanted = z.object({
  out_trade_no: z.string().regex(/^[0-9a-zA-Z_*-]{6,32}$/),
  description: z.string().min(1).max(127),
  notify_url: z.url(),
  attach: z.string().max(128).default(''),
  amount: z.object({ total: z.int().min(1), currency: z.literal('CNY') })
})
export const ScoreWanted = z.object({
  out_order_no: z.string().regex(/^[0-9a-zA-Z_|*-]{1,32}$/),
  service_introduction: z.string().max(20),
  notify_url: z.url(),
  attach: z.string().max(256).default(''),
  openid: z.string().min(1),
  risk_fund: z.object({ name: z.string(), amount: z.int().min(1) })
})
export const RefundWanted = z.object({
  transaction_id: z.string().optional(),
  out_trade_no: z.string().optional(),
  out_refund_no: z.string().regex(/^[0-9a-zA-Z_|*@-]{1,64}$/),
  amount: z.object({ refund: z.int().min(1), total: z.int().min(1), currency: z.literal('CNY') })
})
