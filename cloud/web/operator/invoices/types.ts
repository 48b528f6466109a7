import type { Answer } from '../../kit/api/index.ts'

export type Fleet = Answer<'GET /fleet-accounts'>['items'][number]
export type Receipt = Answer<'GET /fleet-accounts/{id}/payments'>['items'][number]
export type Reversal = Answer<'GET /fleet-accounts/{id}/reversals'>['items'][number]
