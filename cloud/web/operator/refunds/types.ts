import type { Answer } from '../../kit/api/index.ts'

export type Refund = Answer<'GET /payments/refunds'>['items'][number]
