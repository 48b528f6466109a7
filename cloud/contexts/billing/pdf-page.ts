import type PDFDocument from 'pdfkit'
import { kWh, type Document, type Line } from './document.ts'
import { say, type Language, type Word } from './pdf-words.ts'
import type { Party } from './party.ts'
import type { SessionFacts } from './queries.ts'
import { decimalOf } from './ubl.ts'

export type { Language } from './pdf-words.ts'
type Page = InstanceType<typeof PDFDocument>
type Printable = {
  readonly document: Document
  readonly session: SessionFacts | null
  readonly language: Language
}
type Column = { readonly x: number; readonly width: number; readonly align: 'left' | 'right' }

const left = 50
const right = 545
const bottom = 760 // Below stands the page number.
const columns: readonly Column[] = [
  { x: left, width: 205, align: 'left' },
  { x: 260, width: 75, align: 'right' },
  { x: 340, width: 70, align: 'right' },
  { x: 415, width: 45, align: 'right' },
  { x: 465, width: 80, align: 'right' }
]
const taxColumns: readonly Column[] = [
  { x: 260, width: 75, align: 'left' },
  { x: 340, width: 70, align: 'right' },
  { x: 415, width: 45, align: 'right' },
  { x: 465, width: 80, align: 'right' }
]
const grey = '#666666'
const black = '#111111'

const local = (instant: string, timeZone: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never', offset: 'never' })
    .replace('T', ' ')

/** Prints an invoice of any kind: head, parties, lines, tax by rate, totals; as many pages as it takes. */
export function printDocument(page: Page, printable: Printable): void {
  head(page, printable)
  parties(page, printable)
  facts(page, printable)
  lines(page, printable)
  taxes(page, printable)
  totals(page, printable)
  pageNumbers(page, printable)
}

function head(page: Page, { document, language }: Printable): void {
  page.fillColor(black).fontSize(18).text(say(language, document.kind), left, 50)
  page.fontSize(11).fillColor(grey).text(document.number)
  page.moveDown(0.8)
}

function parties(page: Page, { document, language }: Printable): void {
  const { seller, buyer } = document
  if (!seller && !buyer) return
  const top = page.y
  const ends = [
    party(page, { title: say(language, 'seller'), party: seller, language, x: left, y: top }),
    party(page, { title: say(language, 'buyer'), party: buyer, language, x: 300, y: top })
  ]
  page.x = left
  page.y = Math.max(...ends) + 10
}

type Placed = {
  readonly title: string
  readonly party: Party | null
  readonly language: Language
  readonly x: number
  readonly y: number
}

function party(page: Page, { title, party: named, language, x, y }: Placed): number {
  if (!named) return y
  const place = [named.postalCode, named.city, named.country].filter(Boolean).join(' ')
  const taxId = named.taxId === undefined ? undefined : `${say(language, 'taxId')}: ${named.taxId}`
  page.fontSize(8).fillColor(grey).text(title, x, y, { width: 235 })
  page.fontSize(9).fillColor(black)
  for (const text of [named.name, named.street, place, taxId, named.registration])
    if (text) page.text(text, x, page.y, { width: 235 })
  return page.y
}

function facts(page: Page, { document, session, language }: Printable): void {
  const zone = document.timeZone
  const rows: (readonly [Word, string | null | undefined])[] = [
    ['issued', `${document.issuedOn}`],
    ['period', document.period && `${document.period.from} – ${document.period.until}`],
    ['about', document.about],
    ['reason', document.reason],
    ['site', session && `${session.siteId} · ${session.connectorId}`],
    ['charged', session && `${local(session.startedAt, zone)} – ${local(session.endedAt, zone)} (${zone})`],
    ['energy', session && kWh(session.energyWh)],
    ['tariff', session && `${session.tariffId}, v${session.tariffVersion}`],
    ['session', session?.sessionId]
  ]
  page.fontSize(9)
  for (const [name, value] of rows) {
    if (!value) continue
    const y = page.y
    page.fillColor(grey).text(say(language, name), left, y, { width: 110 })
    page.fillColor(black).text(value, left + 115, y, { width: 380 })
    page.x = left
  }
  page.moveDown(0.8)
}

const sumsHeight = 190

function freshPage(page: Page): void {
  page.addPage()
  page.y = 50
}

/** One row of cells; a page that is full goes on with the next one. */
function row(page: Page, cells: readonly string[], shape: readonly Column[] = columns): void {
  const heights = cells.map((cell, index) => page.heightOfString(cell, { width: shape[index]?.width ?? 80 }))
  const height = Math.max(...heights)
  if (page.y + height > bottom) freshPage(page)
  const y = page.y
  for (const [index, cell] of cells.entries()) {
    const { x, width, align } = shape[index] ?? { x: left, width: 80, align: 'left' as const }
    page.text(cell, x, y, { width, align })
  }
  page.x = left
  page.y = y + height + 4
}

function rule(page: Page, from = left): void {
  page.moveTo(from, page.y).lineTo(right, page.y).lineWidth(0.5).strokeColor('#bbbbbb').stroke()
  page.y += 5
}

function lineHead(page: Page, { document, language }: Printable): void {
  page.fontSize(8).fillColor(grey)
  row(page, [
    say(language, 'item'),
    say(language, 'quantity'),
    say(language, 'unitPrice'),
    say(language, 'rate'),
    `${say(language, 'amount')} (${document.currency})`
  ])
  rule(page)
}

const ruleSize = 7
const lineSize = 9

/** A line and the rule that made it stay on one page; the next page has the heads of the columns again. */
function lines(page: Page, printable: Printable): void {
  const { document, language } = printable
  lineHead(page, printable)
  for (const line of document.lines) {
    const name = `${line.name} · ${say(language, line.part)}`
    const width = columns[0]?.width ?? 0
    const height = page.fontSize(ruleSize).heightOfString(line.rule, { width: ruleWidth })
    if (page.y + page.fontSize(lineSize).heightOfString(name, { width }) + height > bottom) {
      freshPage(page)
      lineHead(page, printable)
    }
    page.fontSize(lineSize).fillColor(black)
    const { quantity, unit, unitPrice, treatment } = line
    row(page, [
      name,
      unitPrice === '' ? '' : `${quantity} ${unit}`,
      unitPrice,
      percentOf(treatment.percent),
      decimalOf(line.amountMinor, document.currency)
    ])
    page.y -= 4
    page.fontSize(ruleSize).fillColor(grey)
    row(page, [line.rule], [{ x: left, width: ruleWidth, align: 'left' }])
  }
  rule(page)
}

const ruleWidth = 360
const percentOf = (percent: string | null): string => (percent === null ? '–' : `${percent} %`)

function taxes(page: Page, { document, language }: Printable): void {
  const { currency } = document
  // Sums stand together: nobody should have to turn the page to add them up.
  if (page.y + sumsHeight > bottom) freshPage(page)
  const known = document.taxes.filter(({ percent }) => percent !== null)
  page.fontSize(8).fillColor(grey)
  if (known.length === 0) {
    if (document.lines.length > 0) row(page, [say(language, 'untaxed')])
    return
  }
  row(page, [say(language, 'taxes'), say(language, 'base'), '', say(language, 'tax')], taxColumns)
  page.fontSize(9).fillColor(black)
  for (const { name, percent, baseMinor, taxMinor, category } of known) {
    row(
      page,
      [`${name} ${percentOf(percent)}`, decimalOf(baseMinor, currency), '', decimalOf(taxMinor, currency)],
      taxColumns
    )
    if (category === 'AE') row(page, [say(language, 'reverse')], [{ x: 260, width: 285, align: 'left' }])
  }
  rule(page, 260)
}

function totals(page: Page, { document, language }: Printable): void {
  const { currency } = document
  const sums = document.totals
  const part = (wanted: Line['part']): number =>
    document.lines.reduce((all, line) => all + (line.part === wanted ? line.amountMinor : 0), 0)
  const shape: readonly Column[] = [
    { x: 260, width: 170, align: 'left' },
    { x: 435, width: 110, align: 'right' }
  ]
  const sum = (word: Word, amountMinor: number): void =>
    row(page, [say(language, word), `${decimalOf(amountMinor, currency)} ${currency}`], shape)
  page.fontSize(9).fillColor(black)
  sum('electricity', part('electricity'))
  sum('service', part('service'))
  rule(page, 260)
  if (document.taxes.some(({ percent }) => percent !== null)) {
    sum('net', sums.netMinor)
    sum('tax', sums.taxMinor)
    if (sums.roundingMinor !== 0) sum('rounding', sums.roundingMinor)
  }
  page.fontSize(12)
  sum('total', sums.totalMinor)
  page.fontSize(9)
  if (sums.paidMinor === 0) return
  sum('paid', 0 - sums.paidMinor)
  sum('payable', sums.payableMinor)
}

function pageNumbers(page: Page, { document }: Printable): void {
  const { start, count } = page.bufferedPageRange()
  for (let index = start; index < start + count; index++) {
    page.switchToPage(index)
    page.page.margins.bottom = 0 // The foot lies below the text's own margin.
    page.fontSize(8).fillColor(grey)
    page.text(`${document.number} · ${index + 1} / ${count}`, left, 800, {
      width: right - left,
      align: 'right'
    })
  }
}
