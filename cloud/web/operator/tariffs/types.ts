import type { Answer, Body } from '../../kit/api/index.ts'

export type Tariff = Answer<'GET /tariffs'>['items'][number]
export type Rules = NonNullable<Body<'POST /tariffs/try'>['rules']>
export type Plan = NonNullable<Body<'POST /tariffs/try'>['plan']>
export type Tried = Answer<'POST /tariffs/try'>
