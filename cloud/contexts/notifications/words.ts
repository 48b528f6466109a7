import { minorDigits, type Money } from '@nova/shared-protocol/units'

export type Language = 'zh' | 'en'
export type NoteKind =
  | 'session-started'
  | 'session-ended'
  | 'start-failed'
  | 'receipt'
  | 'payment-owed'
  | 'refunded'
  | 'review-opened'
  | 'reviews-waiting'
  | 'payment-mismatched'
  | 'confirmation-wanted'
  | 'payment-action'
  | 'wallet-topped-up'
  | 'idle-soon'
  | 'idle-begun'

/** What a message is about; every fact is text already. */
export type Facts = Readonly<Record<string, string>>
export type Words = { readonly title: string; readonly text: string }

type Template = (facts: Facts) => Words

const of = (facts: Facts, name: string): string => facts[name] ?? ''

const zh: Readonly<Record<NoteKind, Template>> = {
  'session-started': (f) => ({ title: '充电已开始', text: `在 ${of(f, 'connectorId')} 开始充电。` }),
  'session-ended': (f) => ({ title: '充电已结束', text: `本次充电 ${of(f, 'energy')}。${of(f, 'note')}` }),
  'start-failed': (f) => ({
    title: '未能开始充电',
    text: `没有开始充电，也不会扣款。原因：${of(f, 'detail')}`
  }),
  receipt: (f) => ({
    title: `收据 ${of(f, 'number')}`,
    text: `充电 ${of(f, 'energy')}，合计 ${of(f, 'total')}。账单编号 ${of(f, 'number')}。`
  }),
  'payment-owed': (f) => ({ title: '有一笔待支付金额', text: `上次充电尚欠 ${of(f, 'amount')}，请先支付。` }),
  refunded: (f) => ({ title: '已退款', text: `已退回 ${of(f, 'amount')}。` }),
  'review-opened': (f) => ({
    title: '有会话需要人工核对',
    text: `${of(f, 'siteId')} ${of(f, 'chargerId')}：${of(f, 'reason')}。${of(f, 'detail')} ${of(f, 'link')}`
  }),
  'reviews-waiting': (f) => ({
    title: `${of(f, 'siteId')}：${of(f, 'count')} 个会话需要人工核对`,
    text: `最近一个：${of(f, 'chargerId')}，${of(f, 'reason')}。${of(f, 'link')}`
  }),
  'payment-mismatched': (f) => ({
    title: '支付金额不符',
    text: `${of(f, 'provider')} 报 ${of(f, 'told')}，订单为 ${of(f, 'expected')}。支付编号 ${of(f, 'paymentId')}。`
  }),
  'confirmation-wanted': (f) => ({
    title: '请再次确认',
    text: `金额较大：${of(f, 'amount')}。确认后才会支付。`
  }),
  'payment-action': (f) => ({ title: '请完成支付', text: `请在 ${of(f, 'provider')} 中完成支付。` }),
  'wallet-topped-up': (f) => ({
    title: '钱包已充值',
    text: `已充值 ${of(f, 'amount')}，可用 ${of(f, 'available')}。`
  }),
  'idle-soon': (f) => ({
    title: '车辆已充完，请尽快挪车',
    text: `${of(f, 'time')} 起在 ${of(f, 'connectorId')} 收取占位费，每小时 ${of(f, 'price')}。`
  }),
  'idle-begun': (f) => ({
    title: '占位费已开始计收',
    text: `${of(f, 'time')} 起在 ${of(f, 'connectorId')} 每小时 ${of(f, 'price')}，拔枪为止。`
  })
}

const en: Readonly<Record<NoteKind, Template>> = {
  'session-started': (f) => ({ title: 'Charging has started', text: `Charging at ${of(f, 'connectorId')}.` }),
  'session-ended': (f) => ({
    title: 'Charging has ended',
    text: `${of(f, 'energy')} charged. ${of(f, 'note')}`.trim()
  }),
  'start-failed': (f) => ({
    title: 'Charging did not start',
    text: `Nothing was started and nothing is charged. Reason: ${of(f, 'detail')}`
  }),
  receipt: (f) => ({
    title: `Receipt ${of(f, 'number')}`,
    text: `${of(f, 'energy')} for ${of(f, 'total')}. Invoice ${of(f, 'number')}.`
  }),
  'payment-owed': (f) => ({
    title: 'A payment is open',
    text: `${of(f, 'amount')} of an earlier session is not paid yet.`
  }),
  refunded: (f) => ({ title: 'Refunded', text: `${of(f, 'amount')} was paid back.` }),
  'review-opened': (f) => ({
    title: 'A session needs a person',
    text: `${of(f, 'siteId')} ${of(f, 'chargerId')}: ${of(f, 'reason')}. ${of(f, 'detail')} ${of(f, 'link')}`
  }),
  'reviews-waiting': (f) => ({
    title: `${of(f, 'siteId')}: ${of(f, 'count')} sessions need a person`,
    text: `The newest: ${of(f, 'chargerId')}, ${of(f, 'reason')}. ${of(f, 'link')}`
  }),
  'payment-mismatched': (f) => ({
    title: 'A payment differs from its order',
    text: `${of(f, 'provider')} says ${of(f, 'told')}, the order ${of(f, 'expected')}. Payment ${of(f, 'paymentId')}.`
  }),
  'confirmation-wanted': (f) => ({
    title: 'Please confirm once more',
    text: `${of(f, 'amount')} is a large amount. Nothing is held until you confirm it.`
  }),
  'payment-action': (f) => ({
    title: 'Please finish the payment',
    text: `${of(f, 'provider')} waits for you.`
  }),
  'wallet-topped-up': (f) => ({
    title: 'Wallet topped up',
    text: `${of(f, 'amount')} came in; ${of(f, 'available')} can be spent.`
  }),
  'idle-soon': (f) => ({
    title: 'Your car has finished: please move it',
    text: `From ${of(f, 'time')} on, standing at ${of(f, 'connectorId')} costs ${of(f, 'price')} an hour.`
  }),
  'idle-begun': (f) => ({
    title: 'Standing there costs now',
    text: `Since ${of(f, 'time')}, ${of(f, 'price')} an hour at ${of(f, 'connectorId')}, until you unplug.`
  })
}

const languages = { zh, en }

/** The message in words; an unknown kind (of a newer version) is shown by its name. */
export function wordsOf(language: Language, kind: string, facts: Facts): Words {
  const templates: Readonly<Record<string, Template>> = languages[language]
  return templates[kind]?.(facts) ?? { title: kind, text: '' }
}

/** 3456 CNY → `34.56 CNY`. */
export function moneyText({ currency, amountMinor }: Money): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amountMinor < 0 ? '-' : ''}${whole} ${currency}`
}

/** `14:05` on the clocks of a zone. */
export const clockAt = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).format(new Date(instant))
