import { match, type Form } from '../../kit/reasons.ts'
import { wordFor, type Language } from '../../kit/text.ts'

const at = (provider: string): string => wordFor('party', provider)

/** What the books note beside a transfer; a test reads the cloud's code beside them. */
const forms: readonly Form[] = [
  [/^charging session$/, () => '充电会话'],
  [/^settles the account$/, () => '结清账户'],
  [/^credit of a bill$/, () => '账单冲红'],
  [/^parties return their parts$/, () => '各方退回其份额'],
  [/^returned once already, with a correction$/, () => '已随更正退回'],
  [/^top-up of the wallet$/, () => '钱包充值'],
  [/^held in the wallet$/, () => '钱包预授权'],
  [/^free again$/, () => '已释放'],
  [/^paid from the wallet$/, () => '钱包支付'],
  [/^back in the wallet$/, () => '退回钱包'],
  [/^goes back to where it came from$/, () => '原路退回'],
  [/^sent$/, () => '已退出'],
  [/^refused by the provider, back in the wallet$/, () => '支付方未接受，已退回钱包'],
  [/^not agreed to, back in the wallet$/, () => '未获同意，已退回钱包'],
  [/^hold at (.+)$/, (provider = '') => `${at(provider)} 预授权`],
  [/^captured at (.+)$/, (provider = '') => `${at(provider)} 扣款`],
  [/^released at (.+)$/, (provider = '') => `${at(provider)} 释放预授权`],
  [/^refunded at (.+)$/, (provider = '') => `${at(provider)} 退款`],
  [/^taken above what was asked at (.+)$/, (provider = '') => `${at(provider)} 多扣`],
  [/^statement ([0-9a-f]{8})\S*$/, (id = '') => `结算单 ${id}`],
  [/^paid by fleet (\S+) for (\S+)$/, (fleet = '', invoice = '') => `车队 ${fleet} 付发票 ${invoice}`],
  [/^paid by fleet (\S+)$/, (fleet = '') => `车队 ${fleet} 付款`]
]

/** A memo in the reader's language; what people wrote stays as they wrote it. */
export const memoText = (memo: string, language: Language): string =>
  language === 'zh' ? (match(memo, forms) ?? memo) : memo
