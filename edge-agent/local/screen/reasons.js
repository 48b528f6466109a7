/** What the agent says of limits is English; here are its forms in Chinese, as the cloud's pages have them (a test there compares). */
/** The causes at the end of a reason: what a limit is called, or why a car gets no more. */
const causes = [
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

/** Whole reasons of a connector. */
const forms = [
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

/** Why a limit was refused, by the name of the refusal; the detail behind it has the numbers. */
const refusals = {
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

/** What became of a limit. */
const details = [
  [/^event (.+), version (\d+)$/, (event = '', version = '') => `事件 ${event}，第 ${version} 版`],
  [/^begins ([\d.]+) s after its announced start$/, (seconds = '') => `比公布的开始时间晚 ${seconds} 秒`],
  [/^cancelled by version (\d+)$/, (version = '') => `由第 ${version} 版取消`],
  [/^withdrawn$/, () => '已撤回'],
  [/^fail-safe: (.+)$/, (because = '') => `失效保护：${match(because, details) ?? because}`],
  [/^(\d+) min more unless it is heard again$/, (minutes = '') => `若无应答，还将持续 ${minutes} 分钟`],
  [/^no heartbeat of the grid operator$/, () => '电网公司无心跳'],
  [/^not heard since the start$/, () => '启动以来未收到消息'],
  [/^limit of the grid operator$/, () => '电网公司的限值'],
  [/^released by the grid operator$/, () => '电网公司已解除'],
  [/^the limit of the grid operator has ended$/, () => '电网公司的限值已结束'],
  [/^the grid operator is back and sets no limit$/, () => '电网公司已恢复，未设限值']
]

function match(text, among) {
  for (const [english, chinese] of among) {
    const found = english.exec(text)
    if (found) return chinese(...found.slice(1))
  }
  return undefined
}

/** What people wrote themselves stays as they wrote it. */
const causeOf = (cause) => match(cause, causes) ?? cause

/** The reason of a limit or of a share in Chinese; what is no form of the agent's stays as it is. */
export const reasonZh = (reason) => match(reason, forms) ?? reason

/** The detail of a limit's state in Chinese, part by part. */
export function detailZh(detail) {
  const [, name = ''] = /^(limit-[a-z-]+): /.exec(detail) ?? []
  if (Object.hasOwn(refusals, name)) return `${refusals[name]}（${detail.slice(name.length + 2)}）`
  return detail
    .split('; ')
    .map((part) => match(part, details) ?? reasonZh(part))
    .join('；')
}
