import type { Answer } from '../../kit/api/index.ts'

export type Site = Answer<'GET /sites/{id}'>
export type Connector = Answer<'GET /connectors'>['items'][number]
