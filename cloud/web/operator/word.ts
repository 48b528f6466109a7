import type { OperatorWord as FirstWord } from './words.en.ts'
import type { BankWord } from './words-bank.en.ts'
import type { BooksWord } from './words-books.en.ts'
import type { ClerkWord } from './words-clerk.en.ts'
import type { DeskWord } from './words-desk.en.ts'
import type { MoneyWord } from './words-money.en.ts'
import type { PowerWord } from './words-power.en.ts'
import type { SettleWord } from './words-settle.en.ts'

/** Every word of the operator's pages, whichever list it stands in. */
export type OperatorWord =
  | FirstWord
  | BankWord
  | BooksWord
  | ClerkWord
  | DeskWord
  | MoneyWord
  | PowerWord
  | SettleWord
