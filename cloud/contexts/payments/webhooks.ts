import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { carriesCardNumber, notFound, problem, type Routes } from '../../http/index.ts'
import type { Hint, Provider } from './provider.ts'
import { noteMismatch } from './settle.ts'
import { readPayment, type PaymentRow } from './store.ts'

export type Needs = {
  readonly database: Database
  provider(name: string): Provider | undefined
  now(): number
  wake(): void
}

const referencePattern = /^(?:([A-Za-z0-9_-]{1,48})\.)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/**
 * Webhooks, outside the API: the raw bytes are proven first; they only wake a question to the provider. The tenant is
 * in our reference; providers with short order numbers get it in the address instead.
 */
export const webhooks =
  (needs: Needs): Routes =>
  (app) => {
    for (const path of ['/gateways/payments/:provider/events', '/gateways/payments/:provider/events/:tenant'])
      app.post(
        path,
        {
          config: { roles: 'anyone', rawBody: true },
          schema: {
            params: z.object({ provider: z.string().max(40), tenant: z.string().max(48).optional() })
          }
        },
        async ({ params, rawBytes, headers }, reply) => {
          const provider = needs.provider(params.provider)
          if (!provider) throw notFound('provider')
          const hint = provider.parseEvent(rawBytes ?? new Uint8Array(), headers, needs.now())
          if (!hint)
            throw problem(401, 'signature-invalid', 'The event is not signed by this provider, or too old.')
          const [, signedTenant, paymentId] = referencePattern.exec(hint.paymentReference) ?? []
          const tenantId = signedTenant ?? params.tenant
          // Not ours, but genuine: taken, so that it is not sent again for days.
          if (tenantId !== undefined && paymentId !== undefined)
            await heard(needs, {
              tenantId,
              paymentId,
              hint,
              provider: params.provider,
              raw: textOf(rawBytes)
            })
          const { status, type, text } = provider.taken
          return reply
            .code(status)
            .type(type)
            .send(text === '' ? undefined : text)
        }
      )
  }

/** Kept as it came, for whoever has to prove it; what looks like a card number is not kept. */
function textOf(rawBytes: Uint8Array | null): string {
  const text = Buffer.from(rawBytes ?? []).toString('utf8')
  return carriesCardNumber(text.replaceAll(/[A-Za-z0-9+/_]{30,}={0,2}|\d{20,}/g, '')) ? '' : text
}

type Heard = {
  readonly tenantId: string
  readonly paymentId: string
  readonly hint: Hint
  readonly provider: string
  readonly raw: string
}

/** Kept once; the payment is asked about at once unless a call about it is out. */
async function heard({ database, wake }: Needs, event: Heard): Promise<void> {
  const { tenantId, paymentId, hint, provider, raw } = event
  await database.tenant(tenantId, async (tx) => {
    const payment = await readPayment(tx, paymentId)
    if (payment?.provider !== provider) return
    const fresh = await tx.query(
      `insert into payment_events (tenant_id, provider, event_id, payment_id, raw)
       values (nova_tenant(), $1, $2, $3, $4) on conflict do nothing returning event_id`,
      [provider, hint.eventId, paymentId, raw]
    )
    if (fresh.length === 0) return
    await compareClaims(tx, payment, hint)
    const woken = await tx.query(
      `update payments set next_at = now(), ask = true
       where id = $1 and status in ('unknown', 'pending', 'authorised', 'failed') returning id`,
      [paymentId]
    )
    if (woken.length > 0) tx.afterCommit(wake)
  })
}

/** An event that speaks of another amount than the order's; a raise that is on its way is one of the order's. */
async function compareClaims(tx: Tx, payment: PaymentRow, { eventId, claims }: Hint): Promise<void> {
  if (claims === null || claims.amountMinor === payment.raise_to_minor) return
  const first = await tx.one<{ raised: number }>(
    'select coalesce(sum(amount_minor), 0)::bigint as raised from payment_raises where payment_id = $1',
    [payment.id]
  )
  // An event of before a raise comes late: it tells what was so.
  if (claims.amountMinor === payment.amount_minor - first.raised && claims.currency === payment.currency)
    return
  await noteMismatch(tx, payment, {
    id: `${payment.id}:event:${eventId}`.slice(0, 200),
    expectedMinor: payment.amount_minor,
    told: claims,
    source: 'event',
    what: 'held'
  })
}
