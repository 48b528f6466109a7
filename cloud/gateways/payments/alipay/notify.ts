import { uuidOf, type Hint } from '../port.ts'
import { fenOf } from './amounts.ts'
import { instantOf, type Client } from './client.ts'
import { isSigned, signedText } from './signing.ts'

// Alipay repeats a notification for 25 hours with its first time and number; older ones are replays.
const oldestMs = 26 * 3_600_000
const futureMs = 300_000

type Fields = ReadonlyMap<string, string>
const of = (fields: Fields, name: string): string => fields.get(name) ?? ''

/** A name twice would leave open which one was signed. */
function fieldsOf(rawBytes: Uint8Array): Fields {
  const form = new URLSearchParams(Buffer.from(rawBytes).toString('utf8'))
  const fields = new Map(form)
  return fields.size === form.size ? fields : new Map()
}

/** `sign` and `sign_type` are not signed themselves, so the type is fixed here. */
const isGenuine = (fields: Fields, { publicKey }: Client): boolean =>
  of(fields, 'sign_type') === 'RSA2' &&
  isSigned(signedText(fields, ['sign', 'sign_type']), of(fields, 'sign'), publicKey)

function isFresh(fields: Fields, nowMs: number): boolean {
  const at = instantOf(of(fields, 'notify_time'))
  return at !== undefined && nowMs - at <= oldestMs && at - nowMs <= futureMs
}

function isForUs(fields: Fields, { settings: { appId, sellerId } }: Client): boolean {
  const seller = of(fields, 'seller_id') || of(fields, 'payee_user_id')
  const isSeller = sellerId === '' || seller === '' || seller === sellerId
  return of(fields, 'app_id') === appId && of(fields, 'notify_id') !== '' && isSeller
}

/** Checks signature, app, seller and age of a notification's form. @returns undefined when one of them is wrong */
export function hintOf(client: Client, rawBytes: Uint8Array, nowMs: number): Hint | undefined {
  const fields = fieldsOf(rawBytes)
  if (!isGenuine(fields, client) || !isFresh(fields, nowMs) || !isForUs(fields, client)) return undefined
  const held = of(fields, 'notify_type') === 'fund_auth_freeze' ? fenOf(of(fields, 'amount')) : undefined
  const order = of(fields, 'out_order_no') || of(fields, 'out_trade_no')
  return {
    eventId: of(fields, 'notify_id').slice(0, 200),
    paymentReference: uuidOf(order.slice(0, 32)) ?? '',
    claims: held === undefined ? null : { currency: 'CNY', amountMinor: held }
  }
}
