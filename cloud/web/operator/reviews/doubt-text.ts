import { match, type Form } from '../../kit/reasons.ts'
import type { Language } from '../../kit/text.ts'

/** What edge and cloud say of a doubt, in Chinese; a test reads their code beside it. */
const forms: readonly Form[] = [
  [
    /^the start is dated (.+), heard at (.+)$/,
    (said = '', heard = '') => `启动时间写为 ${said}，收到于 ${heard}`
  ],
  [/^meterStart (.+) is no register$/, (value = '') => `起始表码 ${value} 不是有效读数`],
  [/^start: (.+)$/s, (problems = '') => `启动报文：${problems}`],
  [/^connector (.+) is not configured$/, (connector = '') => `充电枪 ${connector} 未配置`],
  [
    /^a stop for transaction (.+), which this charger never had; register (.+)$/,
    (transaction = '', register = '') =>
      `收到交易 ${transaction} 的停止，但该桩从无此交易；表码 ${register} Wh`
  ],
  [
    /^a second stop says (.+) Wh, the first said (.+) Wh$/,
    (second = '', first = '') => `第二次停止报 ${second} Wh，第一次为 ${first} Wh`
  ],
  [
    /^meter values of transaction (.+), which was never started here$/,
    (transaction = '') => `收到交易 ${transaction} 的读数，但此处从未启动该交易`
  ],
  [
    /^meter values of connector (.+) name the transaction of connector (.+); not taken$/,
    (told = '', own = '') => `充电枪 ${told} 的读数写的是充电枪 ${own} 的交易；未采用`
  ],
  [
    /^(.+) Wh, then (.+) Wh at (.+)$/,
    (before = '', after = '', at = '') => `先为 ${before} Wh，${at} 变为 ${after} Wh`
  ],
  [
    /^(.+) Wh in (.+) s, at most (.+) Wh$/,
    (grown = '', time = '', most = '') => `${time} 秒内 ${grown} Wh，最多应为 ${most} Wh`
  ],
  [/^booted at (.+) and did not take the session up again$/, (at = '') => `于 ${at} 重启，未恢复该会话`],
  [
    /^(.+) Wh, allowed offline (.+) Wh$/,
    (used = '', allowed = '') => `${used} Wh，离线最多允许 ${allowed} Wh`
  ],
  [/^the connector is free and no stop has come$/, () => '充电枪已空闲，但没有收到停止'],
  [/^a later session runs on the connector$/, () => '该枪上已有后来的会话'],
  [/^the charger has been gone for a day$/, () => '充电桩已失联一天'],
  [/^The session ended without a register that can be trusted\.$/, () => '会话结束时没有可信的表码。'],
  [/^A session ended that was never started here\.$/, () => '会话已结束，但此处从未启动。']
]

/** The detail of a review in the reader's language; what is no form of ours stays as it is. */
export const doubtText = (detail: string, language: Language): string =>
  language === 'zh' ? (match(detail, forms) ?? detail) : detail
