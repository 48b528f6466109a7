import { printer } from '../../http/index.ts'
import type { Printable } from './pdf-worker.ts'

export const printInvoice = printer<Printable>(new URL('./pdf-worker.ts', import.meta.url), 'invoices')
