import { test } from 'tap'
import { CommandStatus } from '@nova/shared-protocol/messages'
import {
  AlarmCode,
  LimitState,
  PowerParticipant,
  ReviewReason,
  SessionStatus,
  Severity,
  StopReason
} from '@nova/shared-protocol/model'
import { en as commonEn } from '../kit/words/common.en.ts'
import { zh as commonZh } from '../kit/words/common.zh.ts'
import { enBooks } from './words-books.en.ts'
import { zhBooks } from './words-books.zh.ts'
import { enDesk } from './words-desk.en.ts'
import { zhDesk } from './words-desk.zh.ts'
import { en } from './words.en.ts'
import { enAllMoney, zhAllMoney } from './words-all-money.ts'
import { enPower } from './words-power.en.ts'
import { zhPower } from './words-power.zh.ts'
import { zh } from './words.zh.ts'

const english: Readonly<Record<string, string>> = {
  ...commonEn,
  ...en,
  ...enDesk,
  ...enBooks,
  ...enAllMoney,
  ...enPower
}
const chinese: Readonly<Record<string, string>> = {
  ...commonZh,
  ...zh,
  ...zhDesk,
  ...zhBooks,
  ...zhAllMoney,
  ...zhPower
}

const families = [
  ['alarmCode', AlarmCode.options],
  ['severity', Severity.options],
  ['reviewReason', ReviewReason.options],
  ['stopReason', StopReason.options],
  ['session', SessionStatus.options],
  ['command', CommandStatus.options],
  ['limitState', LimitState.shape.state.options],
  ['participant', PowerParticipant.shape.kind.options],
  ['participantState', PowerParticipant.shape.state.options]
] as const
for (const [family, codes] of families)
  void test(`every code of ${family} has its words in both languages`, async (t) => {
    for (const code of codes) {
      t.ok(english[`${family}.${code}`], `${family}.${code}`)
      t.match(chinese[`${family}.${code}`], /\p{Script=Han}/u, `${family}.${code}`)
    }
  })
