import type { Language } from './words/language.ts'

/** What the edge says of limits comes in English; here are its forms in Chinese. A test reads the edge's code beside them. */
export type Form = readonly [english: RegExp, chinese: (...parts: readonly string[]) => string]

/** The causes at the end of a reason: what a limit is called, or why a car gets no more. */
const causes: readonly Form[] = [
  [/^(.+) until (.+)$/, (cause = '', time = '') => `${causeOf(cause)}（至 ${time}）`],
  [/^grid (L[123])$/, (phase = '') => `并网点 ${phase}`],
  [/^(\S+) (L[123])$/, (circuit = '', phase = '') => `线路 ${circuit} ${phase}`],
  [/^paused, the charger ignored its limit$/, () => '已暂停：充电桩未遵守限值'],
  [/^waits, there was no room a moment ago$/, () => '等待中：刚才没有余量'],
  [/^rating of the connector$/, () => '充电枪额定值'],
  [/^the car takes no more$/, () => '车辆不再需要更多'],
  [/^the charger ignored its limit before$/, () => '充电桩此前未遵守限值'],
  [/^operator’s limit on this connector$/, () => '运营商对此枪的限值'],
  [/^fail-safe, cloud silent$/, () => '失效保护：云端无应答'],
  [/^Grid connection contract$/, () => '并网合同'],
  [/^fail-safe of the grid operator$/, () => '电网公司失效保护'],
  [/^grid operator$/, () => '电网公司'],
  [/^site total$/, () => '全站合计'],
  [/^(\S+) total$/, (circuit = '') => `线路 ${circuit} 合计`],
  [/^(\S+) primary (L[123])$/, (circuit = '', phase = '') => `${circuit} 一次侧 ${phase}`],
  [/^(\S+) unbalance (L[123])$/, (circuit = '', phase = '') => `${circuit} 三相不平衡 ${phase}`],
  [/^no limit$/, () => '无限值'],
  [/^full by then$/, () => '届时充满'],
  [/^limit of (.+) cannot be read$/, (source = '') => `${source} 的限值无法读取`]
]

/** Whole reasons of a connector, as the allocator puts them. */
const forms: readonly Form[] = [
  [
    /^([\d.]+ A): (.+), then ([\d.]+ A) when others have made room$/,
    (now = '', cause = '', then = '') => `${now}：${causeOf(cause)}，他人让出后升至 ${then}`
  ],
  [/^([\d.]+ A): (.+)$/, (now = '', cause = '') => `${now}：${causeOf(cause)}`],
  [
    /^waits: 6 A not free before (.+?) \((.+)\)$/,
    (time = '', cause = '') => `等待：${time} 前腾不出 6 A（${causeOf(cause)}）`
  ],
  [/^waits: 6 A not free \((.+)\)$/, (cause = '') => `等待：腾不出 6 A（${causeOf(cause)}）`],
  [/^waits: (.+)$/, (cause = '') => `等待：${causeOf(cause)}`],
  [/^full$/, () => '已充满'],
  [/^the car has left$/, () => '车辆已离开'],
  [/^not there yet$/, () => '尚未到达'],
  [/^no limit known: nothing is given$/, () => '限值未知：不供电'],
  [/^nothing kept: a car that comes gets what is free then$/, () => '不预留：来车时按余量分配'],
  [/^([\d.]+ A) kept: not managed$/, (now = '') => `预留 ${now}：不受控`],
  [/^([\d.]+ A) kept: it ignored its limit before$/, (now = '') => `预留 ${now}：此前未遵守限值`],
  [/^([\d.]+ A) kept: charger out of touch$/, (now = '') => `预留 ${now}：充电桩失联`],
  [/^([\d.]+ A) kept for a start$/, (now = '') => `预留 ${now} 供启动`],
  ...causes
]

/** The first form that fits, filled; undefined when none does. */
export function match(text: string, among: readonly Form[]): string | undefined {
  for (const [english, chinese] of among) {
    const found = english.exec(text)
    if (found) return chinese(...found.slice(1))
  }
  return undefined
}

/** What people wrote themselves, such as the reason of a limit, stays as they wrote it. */
const causeOf = (cause: string): string => match(cause, causes) ?? cause

/** The reason of a limit or an allocation in the reader's language; what is no form of the edge's stays as it is. */
export const reasonText = (reason: string, language: Language): string =>
  language === 'zh' ? (match(reason, forms) ?? reason) : reason
