import { enMoney } from './words-money.en.ts'
import { zhMoney } from './words-money.zh.ts'
import { enSettle } from './words-settle.en.ts'
import { zhSettle } from './words-settle.zh.ts'

export const enAllMoney = { ...enMoney, ...enSettle } as const
export const zhAllMoney: Readonly<Record<keyof typeof enAllMoney, string>> = { ...zhMoney, ...zhSettle }
