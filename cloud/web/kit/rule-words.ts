import type { Language } from './words/language.ts'

/** The rating's rules come as sentences of a small grammar; here they become Chinese. Others stay as they are. */
const days: Readonly<Record<string, string>> = {
  Monday: '周一',
  Tuesday: '周二',
  Wednesday: '周三',
  Thursday: '周四',
  Friday: '周五',
  Saturday: '周六',
  Sunday: '周日',
  Mon: '周一',
  Tue: '周二',
  Wed: '周三',
  Thu: '周四',
  Fri: '周五',
  Sat: '周六',
  Sun: '周日'
}
const dimensions: Readonly<Record<string, string>> = {
  energy: '电量',
  time: '充电时长',
  parking: '停车时长',
  session: '会话时长',
  idle: '占位时长',
  reservation: '预约时长',
  flat: '固定费用'
}

type Turn = (...parts: string[]) => string
const turns: readonly (readonly [RegExp, Turn])[] = [
  [/^time of use (\S+), every day$/, (hours = '') => `分时 ${hours}，每天`],
  [/^time of use (\S+), on (.+)$/, (hours = '', on = '') => `分时 ${hours}，${daysOf(on)}`],
  [/^fallback rate, where no segment holds$/, () => '其余时段价格'],
  [/^minimum price of a session$/, () => '单次最低收费'],
  [/^maximum price of a session$/, () => '单次最高收费'],
  [/^discount (.+)$/, (name = '') => `优惠 ${name}`],
  [
    /^element (\d+)(?: \((.+)\))?: (\w+)(?: by series (.+))?$/,
    (number = '', name = '', dimension = '', series = '') =>
      `第 ${number} 条${name === '' ? '' : `（${name}）`}：${dimensions[dimension] ?? dimension}${series === '' ? '' : `，按动态价格 ${series}`}`
  ],
  [/^from (\S+) kWh$/, (from = '') => `${from} 千瓦时起`],
  [/^below (\S+) kWh$/, (to = '') => `${to} 千瓦时以内`],
  [/^(\S+) to (\S+) kWh$/, (from = '', to = '') => `${from} 至 ${to} 千瓦时`],
  [/^from (\S+) s after charging ended$/, (from = '') => `充电结束 ${minutes(from)}后`],
  [/^from (\S+) s of the session$/, (from = '') => `会话 ${minutes(from)}后`],
  [/^below (\S+) s of the session$/, (to = '') => `会话 ${minutes(to)}内`],
  [/^for (.+)$/, (groups = '') => `适用于 ${groups}`],
  [/^coupon (.+)$/, (coupons = '') => `优惠券 ${coupons}`],
  [/^reservation made$/, () => '已预约'],
  [/^reservation expired$/, () => '预约未到'],
  [/^((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:, \w{3})*)$/, (on = '') => daysOf(on)]
]

const daysOf = (list: string): string =>
  list
    .split(', ')
    .map((each) => days[each] ?? each)
    .join('、')

const minutes = (seconds: string): string =>
  Number(seconds) % 60 === 0 ? `${Number(seconds) / 60} 分钟` : `${seconds} 秒`

/** "time of use 23:00–07:00, every day" in the person's language; what the grammar does not know is left alone. */
export const ruleText = (rule: string, language: Language): string =>
  language === 'en' ? rule : rule.split('; ').map(turned).join('；')

function turned(part: string): string {
  for (const [form, turn] of turns) {
    const found = form.exec(part)
    if (found) return turn(...found.slice(1).map((each: string | undefined) => each ?? ''))
  }
  return part
}
