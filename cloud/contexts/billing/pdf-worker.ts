import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import PDFDocument from 'pdfkit'
import { minorDigits, type Money } from '@nova/shared-protocol/units'
import type { Invoice } from './queries.ts'

// One font for both languages: the simplified Chinese subset of Noto Sans has the Latin letters too (SIL OFL 1.1).
const font = fileURLToPath(
  import.meta.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2')
)
const margin = 50
const columns = [
  { x: margin, width: 215, align: 'left' },
  { x: 270, width: 85, align: 'right' },
  { x: 360, width: 85, align: 'right' },
  { x: 450, width: 95, align: 'right' }
] as const
const partNames = { electricity: '电费 Electricity', service: '服务费 Service' } as const

/** Minor units as people write them: 3456 CNY → `34.56 CNY`. */
function amount({ currency, amountMinor }: Money): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amountMinor < 0 ? '-' : ''}${whole} ${currency}`
}

const local = (instant: string, timeZone: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never' })

type Page = InstanceType<typeof PDFDocument>

function row(page: Page, cells: readonly string[]): void {
  const y = page.y
  let bottom = y
  for (const [index, cell] of cells.entries()) {
    const { x, width, align } = columns[index] ?? columns[0]
    page.text(cell, x, y, { width, align })
    bottom = Math.max(bottom, page.y)
  }
  page.x = margin
  page.y = bottom + 4
}

function head(page: Page, invoice: Invoice): void {
  page.fontSize(18).text(`充电账单 Charging invoice ${invoice.number}`)
  page.moveDown(0.5).fontSize(10)
  const facts = [
    ['会话 Session', invoice.sessionId],
    ['站点 Site', `${invoice.siteId} · ${invoice.connectorId}`],
    ['开始 Start', local(invoice.startedAt, invoice.timeZone)],
    ['结束 End', local(invoice.endedAt, invoice.timeZone)],
    ['电量 Energy', `${invoice.energyWh} Wh`],
    ['电价 Tariff', `${invoice.tariffId}, v${invoice.tariffVersion} (${invoice.timeZone})`],
    ['开具 Issued', local(invoice.issuedAt, invoice.timeZone)]
  ]
  for (const [name, value] of facts) page.text(`${name}: ${value}`)
  page.moveDown()
}

function body(page: Page, invoice: Invoice): void {
  const { currency } = invoice.total
  row(page, ['项目 Item', '数量 Quantity', '单价 Unit price', '金额 Amount'])
  for (const line of invoice.lines)
    row(page, [
      `${line.name} · ${partNames[line.part]}\n${line.rule}`,
      `${line.quantity} ${line.unit}`,
      line.unitPrice,
      amount({ currency, amountMinor: line.amountMinor })
    ])
  page.moveDown(0.5)
  row(page, [partNames.electricity, '', '', amount(invoice.electricity)])
  row(page, [partNames.service, '', '', amount(invoice.service)])
  page.fontSize(13)
  row(page, ['合计 Total', '', '', amount(invoice.total)])
}

function print(invoice: Invoice): void {
  const page = new PDFDocument({ size: 'A4', margin, info: { Title: `Invoice ${invoice.number}` } })
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  page.on('end', () => parentPort?.postMessage(new Uint8Array(Buffer.concat(chunks))))
  page.registerFont('both', font).font('both')
  head(page, invoice)
  body(page, invoice)
  page.end()
}

print(workerData as Invoice)
