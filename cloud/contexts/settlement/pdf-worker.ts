import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import PDFDocument from 'pdfkit'
import { minorDigits } from '@nova/shared-protocol/units'
import type { Paper } from './paper.ts'

// One font for both languages: the simplified Chinese subset of Noto Sans has the Latin letters too (SIL OFL 1.1).
const font = fileURLToPath(
  import.meta.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2')
)
const margin = 50
const columns = [
  { x: margin, width: 120, align: 'left' },
  { x: 175, width: 90, align: 'left' },
  { x: 270, width: 180, align: 'left' },
  { x: 455, width: 90, align: 'right' }
] as const
const mostLines = 2_000 // Beyond it the paper names the sums only; the CSV has every line.
const bottom = 760

type Page = InstanceType<typeof PDFDocument>

function amountOf(currency: string, amountMinor: number): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amountMinor < 0 ? '-' : ''}${whole} ${currency}`
}

function row(page: Page, cells: readonly string[]): void {
  if (page.y > bottom) page.addPage()
  const y = page.y
  let end = y
  for (const [index, cell] of cells.entries()) {
    const { x, width, align } = columns[index] ?? columns[0]
    page.text(cell, x, y, { width, align })
    end = Math.max(end, page.y)
  }
  page.x = margin
  page.y = end + 3
}

function statementOn(page: Page, statement: Paper['statements'][number], isShort: boolean): void {
  const { currency } = statement
  const amount = (minor: number): string => amountOf(currency, minor)
  page.moveDown().fontSize(13).text(`${statement.party} · ${statement.purpose} · ${currency}`, margin)
  page.fontSize(8)
  for (const line of isShort ? [] : statement.lines)
    row(page, [line.at.slice(0, 19), line.kind, line.sessionId ?? line.memo, amount(line.amountMinor)])
  page.fontSize(10)
  const sums = [
    ['充电收入 Charges', statement.chargesMinor],
    ['退款 Refunds', statement.refundsMinor],
    ['其他 Other', statement.otherMinor],
    ['净额 Net', statement.netMinor],
    ['暂扣 Held back', statement.heldMinor],
    ['应付 Payable', statement.payableMinor]
  ] as const
  for (const [name, minor] of sums) row(page, ['', '', name, amount(minor)])
}

function print({ settlement, statements }: Paper): void {
  const page = new PDFDocument({ size: 'A4', margin, info: { Title: `Settlement ${settlement.id}` } })
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  page.on('end', () => parentPort?.postMessage(new Uint8Array(Buffer.concat(chunks))))
  page.registerFont('both', font).font('both')
  page.fontSize(18).text('结算单 Settlement')
  page.fontSize(10).text(`${settlement.firstDate} – ${settlement.lastDate} (${settlement.timeZone})`)
  page.text(`${settlement.id} · ${settlement.state} · 暂扣 held back ${settlement.holdBackPercent} %`)
  const isShort = statements.reduce((sum, { lines }) => sum + lines.length, 0) > mostLines
  if (isShort) page.text('明细见 CSV。 Every line is in the CSV.')
  for (const statement of statements) statementOn(page, statement, isShort)
  page.end()
}

print(workerData as Paper)
