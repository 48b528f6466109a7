export type { Confirmed, StatementRow, StatementSource } from './source.ts'

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
