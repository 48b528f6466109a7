import type { Answer } from '../../kit/api/index.ts'

export type Coupon = Answer<'GET /coupons'>['items'][number]
