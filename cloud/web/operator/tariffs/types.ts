import type { Answer } from '../../kit/api/index.ts'

export type Tariff = Answer<'GET /tariffs'>['items'][number]
