import type { Confirmed } from '../../contexts/reconciliation/source.ts'
import { uuidOf, type Known, type Provider } from './port.ts'

/** The port that reconciliation declares, in the words of this folder. */
export type {
  StatementRow as BillRow,
  StatementSource as BillSource
} from '../../contexts/reconciliation/source.ts'

/** Asks a provider for one order by our reference alone, as a bill's reader does. @returns null when there was no answer */
export async function confirmed(
  provider: Provider,
  reference: string,
  stateOf: (known: Exclude<Known, { state: 'absent' }>) => Confirmed
): Promise<Confirmed | null> {
  const known = await provider.query({
    reference,
    method: '',
    currency: 'CNY',
    amountMinor: 0,
    providerReference: null,
    createdAtMs: 0,
    capturedMinor: 0,
    refundedMinor: 0,
    refundIds: []
  })
  return known === null || known.state === 'absent' ? known && { state: 'absent' } : stateOf(known)
}

/** What was captured, else whether it may still be. */
export function usual({ state, currency, capturedMinor }: Exclude<Known, { state: 'absent' }>): Confirmed {
  if (state === 'captured') return { state, currency, amountMinor: capturedMinor }
  return { state: state === 'authorised' || state === 'pending' ? 'open' : 'ended' }
}

/** Whether the bill of a Chinese day that is not there is an empty one: from this hour of the next day on. */
export const isOpened = (date: string, hour: number, nowMs: number): boolean =>
  nowMs >= Date.parse(`${date}T00:00:00+08:00`) + (24 + hour) * 3_600_000

/** `demo.6b0f…`: whose payment a reference of a bill is. */
export function ownerOf(reference: string): { tenantId: string | null; paymentId: string } | undefined {
  const [, tenantId = '', paymentId] =
    /^([A-Za-z0-9_-]{0,48})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(reference) ?? []
  return paymentId === undefined ? undefined : { tenantId: tenantId === '' ? null : tenantId, paymentId }
}

/** Our number at a provider, without what a product puts behind it, as a reference; else as it stands. */
export function referenceOf(tenant: string, number: string): string {
  const uuid = uuidOf(number.slice(0, 32))
  return uuid === undefined ? number : `${tenant}.${uuid}`
}

/** `-34.56` yuan as fen; more digits only when they are zeros. @throws RangeError that names the line */
export function signedFen(text: string, line: number): number {
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d{1,11})(?:\.(\d{1,8}))?$/.exec(text) ?? []
  if (whole === '' || /[1-9]/.test(part.slice(2)))
    throw new RangeError(`line ${line}: no amount in yuan: ${text.slice(0, 40)}`)
  const fen = Number(whole + part.slice(0, 2).padEnd(2, '0'))
  return sign === '-' ? 0 - fen : fen
}

/** `yyyy-MM-dd HH:mm:ss` in Chinese time as RFC 3339 in UTC. @throws RangeError that names the line */
export function instantIn(text: string, line: number): string {
  const ms = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
    ? Date.parse(`${text.replace(' ', 'T')}+08:00`)
    : Number.NaN
  if (Number.isNaN(ms)) throw new RangeError(`line ${line}: no time: ${text.slice(0, 40)}`)
  return new Date(ms).toISOString()
}

/** Lines of a text, without the mark of byte order and empty ones at the end; with their numbers. */
export const linesOf = (file: string): { readonly text: string; readonly line: number }[] =>
  file
    .replace(/^\u{feff}/u, '')
    .split(/\r?\n/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '')
