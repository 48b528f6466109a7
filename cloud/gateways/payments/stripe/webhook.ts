import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { json } from '../exchange.ts'
import type { Headers, Hint } from '../port.ts'
import { paymentField } from './intents.ts'

const toleranceMs = 300_000 // Stripe's own libraries use five minutes.

const Event = z.object({
  id: z.string().min(1).max(100),
  object: z.literal('event'),
  data: z.object({
    object: z.object({
      object: z.string(),
      amount: z.int().optional(),
      currency: z.string().optional(),
      metadata: z.record(z.string(), z.string()).nullish()
    })
  })
})

/** `Stripe-Signature: t=…,v1=…[,v1=…]`: HMAC-SHA256 over `{t}.{raw body}`; any of several secrets in a roll-over. */
export function isGenuine(
  secret: string,
  { rawBytes, headers, nowMs }: { rawBytes: Uint8Array; headers: Headers; nowMs: number }
): boolean {
  const header = headers['stripe-signature']
  if (secret === '' || typeof header !== 'string') return false
  const fields = header.split(',').map((each) => each.trim().split('=', 2))
  const timestamp = fields.find(([name]) => name === 't')?.[1] ?? ''
  if (!/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(nowMs - Number(timestamp) * 1000) > toleranceMs) return false
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBytes).digest()
  return fields.some(([name, value]) => {
    const given = Buffer.from(name === 'v1' ? (value ?? '') : '', 'hex')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/** @returns undefined for an event that is not about a payment of ours */
export function hintOf(rawBytes: Uint8Array): Hint | undefined {
  const event = Event.safeParse(json(Buffer.from(rawBytes).toString('utf8')))
  if (!event.success) return undefined
  const { id, data } = event.data
  const { object, amount, currency, metadata } = data.object
  const isIntent = object === 'payment_intent' && amount !== undefined && currency !== undefined
  return {
    eventId: id,
    paymentReference: metadata?.[paymentField] ?? '',
    claims: isIntent ? { currency: currency.toUpperCase(), amountMinor: amount } : null
  }
}
