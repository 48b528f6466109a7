import type { Answer } from '../../kit/api/index.ts'
import type { Connector } from '../parts/sites.ts'

export type Quote = Answer<'GET /connectors/{id}/quote'>

/** A connector and what a start there would be billed by; null: nothing there has a price. */
export type Offer = { readonly connector: Connector; readonly quote: Quote | null | undefined }
