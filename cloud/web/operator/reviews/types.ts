import type { Answer } from '../../kit/api/index.ts'

export type Review = Answer<'GET /reviews'>['items'][number]
