import { minorDigits } from '@nova/shared-protocol/units'

/** Money that came in, as a bank's statement says it. `text`: what the payer wrote. */
export type CreditLine = {
  readonly reference: string // The bank's own, within the account.
  readonly currency: string
  readonly amountMinor: number
  readonly bookedOn: string
  readonly text: string
}

const longest = 20_000_000
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Booked credits of an ISO 20022 bank-to-customer statement (camt.053.001.02 to .10; elements by local name).
 * @throws RangeError when it is none, or an entry lacks amount, date or the bank's reference
 */
export function readCamt053(xml: string): CreditLine[] {
  if (xml.length > longest) throw new RangeError('the statement is too long')
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new RangeError('a statement declares nothing of its own')
  const statements = elements(xml, 'Stmt')
  if (!/camt\.053\.001\.\d\d/.test(xml) || statements.length === 0)
    throw new RangeError('this is no camt.053 statement')
  return statements.flatMap((statement) => {
    const [account = ''] = elements(statement, 'Acct')
    const owner = first(account, 'IBAN') ?? first(account, 'Id') ?? ''
    return elements(statement, 'Ntry').flatMap((entry, index) => lineOf(entry, owner, index))
  })
}

const isCredit = (entry: string): boolean =>
  first(entry, 'CdtDbtInd') === 'CRDT' &&
  /BOOK/.test(first(entry, 'Sts') ?? 'BOOK') &&
  first(entry, 'RvslInd') !== 'true'

function lineOf(entry: string, owner: string, index: number): CreditLine[] {
  if (!isCredit(entry)) return []
  const [, currency = '', amount = ''] =
    /<(?:\w+:)?Amt\s+Ccy="([A-Z]{3})"\s*>\s*(\d{1,13}(?:\.\d{1,5})?)\s*</.exec(entry) ?? []
  const bookedOn = dayOf(entry)
  const bank = first(entry, 'AcctSvcrRef') ?? first(entry, 'NtryRef')
  if (currency === '' || bookedOn === undefined || bank === undefined)
    throw new RangeError(`entry ${index + 1} has no amount, no date or no reference of the bank`)
  return [
    {
      reference: `${owner}/${bank}`,
      currency,
      amountMinor: minorOf(amount, currency),
      bookedOn,
      text: textOf(entry)
    }
  ]
}

const textOf = (entry: string): string => elements(entry, 'Ustrd|Ref|EndToEndId').map(plain).join(' ')

const dayOf = (entry: string): string | undefined =>
  first(elements(entry, 'BookgDt')[0] ?? '', 'Dt(?:Tm)?')?.slice(0, 10)

/** Contents of elements of this local name that are not within one of their own. */
function elements(xml: string, name: string): string[] {
  const pattern = new RegExp(
    `<(?:\\w+:)?(?:${name})(?:\\s[^>]*)?>([\\s\\S]*?)</(?:\\w+:)?(?:${name})\\s*>`,
    'g'
  )
  return [...xml.matchAll(pattern)].map(([, inner = '']) => inner)
}

function first(xml: string, name: string): string | undefined {
  const [inner] = elements(xml, name)
  return inner === undefined ? undefined : plain(inner)
}

const plain = (inner: string): string =>
  inner
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '')
    .trim()

/** @throws RangeError for parts of a minor unit */
function minorOf(text: string, currency: string): number {
  const digits = minorDigits(currency)
  const [whole = '', fraction = ''] = text.split('.')
  if (/[1-9]/.test(fraction.slice(digits))) throw new RangeError(`${text} ${currency} has too many digits`)
  return Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
}
