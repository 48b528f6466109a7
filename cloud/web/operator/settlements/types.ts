import type { Answer } from '../../kit/api/index.ts'

export type Plan = Answer<'GET /settlements/schedules'>['items'][number]
export type Settlement = Answer<'GET /settlements/{id}'>
export type Statement = Settlement['statements'][number]
