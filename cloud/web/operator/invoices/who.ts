import type { Answer } from '../../kit/api/index.ts'
import { shortId } from '../../kit/names.ts'

type Invoice = Answer<'GET /invoices'>['items'][number]

/** Whom an invoice is for: by name where it has one, else the driver or the card. */
export const whoOf = ({ buyer, customer, driverId, tokenUid }: Invoice): string =>
  buyer?.name ?? shortId(customer ?? driverId ?? tokenUid ?? '–')
