import type { Answer } from '../../kit/api/index.ts'

export type Statement = Answer<'GET /fleet-accounts/statements/{statementId}'>
export type Listed = Answer<'GET /fleet-accounts/statements'>['items'][number]
export type Line = Statement['wouldPost'][number]
