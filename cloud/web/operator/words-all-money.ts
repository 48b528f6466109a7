import { enBank } from './words-bank.en.ts'
import { zhBank } from './words-bank.zh.ts'
import { enClerk } from './words-clerk.en.ts'
import { zhClerk } from './words-clerk.zh.ts'
import { enMoney } from './words-money.en.ts'
import { zhMoney } from './words-money.zh.ts'
import { enSettle } from './words-settle.en.ts'
import { zhSettle } from './words-settle.zh.ts'

export const enAllMoney = { ...enMoney, ...enSettle, ...enClerk, ...enBank } as const
export const zhAllMoney: Readonly<Record<keyof typeof enAllMoney, string>> = {
  ...zhMoney,
  ...zhSettle,
  ...zhClerk,
  ...zhBank
}
