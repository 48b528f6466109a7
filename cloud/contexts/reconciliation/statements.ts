/** A row of a statement in our words. `orderReference` is what the provider calls our order. */
export type StatementRow = {
  readonly id: string
  readonly kind: 'capture' | 'refund'
  readonly orderReference: string
  readonly currency: string
  readonly amountMinor: number // Positive in the ordinary case, of refunds too.
  readonly at: string
  /** A refund of what a hold did not use, where the channel takes the whole of it first. */
  readonly endsHold?: true
}

/** What a provider says of one order now; `absent`: it has never heard of it. */
export type Confirmed =
  | { readonly state: 'absent' | 'open' | 'ended' }
  | { readonly state: 'captured'; readonly currency: string; readonly amountMinor: number }

/** A provider whose statements can be downloaded; one adapter each, in the provider's own format. */
export type StatementSource = {
  readonly provider: string
  readonly timeZone: string // Whose midnight divides its days.
  /** @returns the file of a day as it came; null when there is none or no answer */
  download(date: string): Promise<string | null>
  /** @throws RangeError with line and field when the file is not in the provider's format */
  parse(file: string): readonly StatementRow[]
  /** @returns whose payment a row belongs to; undefined: none of ours; a null tenant: whoever knows the payment */
  ownerOf(
    orderReference: string
  ): { readonly tenantId: string | null; readonly paymentId: string } | undefined
  /** Asks for one order. @returns null when there was no answer */
  confirm(tenantId: string, paymentId: string): Promise<Confirmed | null>
  /** The channel takes a hold's money at once and gives back what was not used: what was captured is what it kept. */
  readonly takesFirst?: true
}

const longestCsv = 50_000_000
const mostColumns = 200

/**
 * Rows of a CSV file (RFC 4180) as records by the names of its first row; quotes, doubled quotes and line ends of
 * either kind as the standard has them.
 * @throws RangeError when a row has another number of fields than the first, or a quote never ends
 */
export function readCsv(file: string): Record<string, string>[] {
  if (file.length > longestCsv) throw new RangeError('the statement is too long')
  const [names, ...rows] = cells(file.replace(/^\u{feff}/u, ''))
  if (!names) return []
  return rows.map((row, index) => {
    if (row.length !== names.length)
      throw new RangeError(`line ${index + 2} has ${row.length} fields, the first has ${names.length}`)
    return Object.fromEntries(names.map((name, at) => [name.trim(), row[at] ?? '']))
  })
}

const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

function cells(file: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  field.lastIndex = 0
  while (field.lastIndex < file.length || row.length > 0) {
    const [, quoted, bare = '', end] = field.exec(file) ?? []
    if (end === undefined || row.length === mostColumns)
      throw new RangeError(`line ${rows.length + 1}, field ${row.length + 1}: no field of a CSV file`)
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows.filter((each) => each.length > 1 || each[0] !== '')
}

/** "13.35" with two digits is 1335; no binary float on the way. @throws RangeError when it is no such amount */
export function minorOf(text: string, digits: number): number {
  const [, sign = '', whole = '', fraction = ''] = /^\s*(-?)(\d{1,15})(?:\.(\d{1,4}))?\s*$/.exec(text) ?? []
  const rest = fraction.slice(digits)
  if (whole === '' || /[1-9]/.test(rest))
    throw new RangeError(`no amount with ${digits} digits: ${text.slice(0, 40)}`)
  const minor = Number(`${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`)
  return sign === '-' ? 0 - minor : minor
}
