import type { Answer } from '../../kit/api/index.ts'

export type Session = Answer<'GET /sessions/{id}'>
