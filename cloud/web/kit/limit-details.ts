import { match, reasonText, type Form } from './reasons.ts'
import type { Language } from './words/language.ts'

/** Why the edge refused a limit, by the name it gives the refusal; the detail behind it has the numbers. */
const refusals: Readonly<Record<string, string>> = {
  'limit-for-another-site': '属于另一场站',
  'limit-malformed': '格式有误',
  'limit-not-a-number': '不是数字',
  'limit-negative': '为负数',
  'limit-absurd': '远超并网容量，单位是否有误',
  'limit-without-event': '只有事件可以取消；请删除该来源的限值',
  'limit-says-nothing': '没有给出数值',
  'limit-reversed': '结束不晚于开始',
  'limit-in-the-past': '时间已过',
  'limit-version-old': '已有更新的版本',
  'limit-too-many': '限值过多'
}

const forms: readonly Form[] = [
  [/^event (.+), version (\d+)$/, (event = '', version = '') => `事件 ${event}，第 ${version} 版`],
  [/^begins ([\d.]+) s after its announced start$/, (seconds = '') => `比公布的开始时间晚 ${seconds} 秒`],
  [/^cancelled by version (\d+)$/, (version = '') => `由第 ${version} 版取消`],
  [/^withdrawn$/, () => '已撤回'],
  [/^fail-safe: (.+)$/, (because = '') => `失效保护：${match(because, forms) ?? because}`],
  [/^(\d+) min more unless it is heard again$/, (minutes = '') => `若无应答，还将持续 ${minutes} 分钟`],
  [/^no heartbeat of the grid operator$/, () => '电网公司无心跳'],
  [/^not heard since the start$/, () => '启动以来未收到消息'],
  [/^limit of the grid operator$/, () => '电网公司的限值'],
  [/^released by the grid operator$/, () => '电网公司已解除'],
  [/^the limit of the grid operator has ended$/, () => '电网公司的限值已结束'],
  [/^the grid operator is back and sets no limit$/, () => '电网公司已恢复，未设限值']
]

/** What became of a limit, in the reader's language: parts are told one by one, what is no form of the edge's stays. */
export function detailText(detail: string, language: Language): string {
  if (language !== 'zh') return detail
  const [, name = ''] = /^(limit-[a-z-]+): /.exec(detail) ?? []
  const refusal = refusals[name]
  if (refusal !== undefined) return `${refusal}（${detail.slice(name.length + 2)}）`
  return detail
    .split('; ')
    .map((part) => match(part, forms) ?? reasonText(part, language))
    .join('；')
}
