import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import PDFDocument from 'pdfkit'
import type { Document } from './document.ts'
import { printDocument, type Language } from './pdf-page.ts'
import type { SessionFacts } from './queries.ts'
import { plainFont } from './woff.ts'

export type Printable = {
  readonly document: Document
  readonly session: SessionFacts | null
  readonly language: Language
}

// One font for both languages: the simplified Chinese subset of Noto Sans has the Latin letters too (SIL OFL 1.1).
const font = fileURLToPath(
  import.meta.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff')
)

function print(printable: Printable): void {
  const page = new PDFDocument({
    size: 'A4',
    margin: 50,
    bufferPages: true,
    info: { Title: `Invoice ${printable.document.number}` }
  })
  const chunks: Buffer[] = []
  page.on('data', (chunk: Buffer) => chunks.push(chunk))
  page.on('end', () => parentPort?.postMessage(new Uint8Array(Buffer.concat(chunks))))
  page.registerFont('both', plainFont(readFileSync(font))).font('both')
  printDocument(page, printable)
  page.end()
}

print(workerData as Printable)
