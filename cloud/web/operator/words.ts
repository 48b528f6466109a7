import { addWords } from '../kit/text.ts'
import { en } from './words.en.ts'
import { enBooks } from './words-books.en.ts'
import { zhBooks } from './words-books.zh.ts'
import { enDesk } from './words-desk.en.ts'
import { zhDesk } from './words-desk.zh.ts'
import { enAllMoney, zhAllMoney } from './words-all-money.ts'
import { enPower } from './words-power.en.ts'
import { zhPower } from './words-power.zh.ts'
import { zh } from './words.zh.ts'

export function addOperatorWords(): void {
  addWords({
    en: { ...en, ...enDesk, ...enBooks, ...enAllMoney, ...enPower },
    zh: { ...zh, ...zhDesk, ...zhBooks, ...zhAllMoney, ...zhPower }
  })
}
