type Said = readonly [RegExp, (...parts: string[]) => string]

/** What became of a command, as the edge and the cloud say it; what a charger says itself stays as it is. */
const said: readonly Said[] = [
  [/^it did not reach the site in time$/, () => '指令未能及时送达场站'],
  [/^the charger is not connected$/, () => '充电桩未连接'],
  [/^the charger did not answer in time$/, () => '充电桩未及时应答'],
  [/^a newer set-point took its place$/, () => '已被更新的设定值取代'],
  [/^too many orders wait for this charger$/, () => '该充电桩等待的指令过多'],
  [/^given up before the charger answered$/, () => '在充电桩应答前已放弃'],
  [/^the connection ended before the charger answered$/, () => '在充电桩应答前连接中断'],
  [/^the charger is rejected: it is told nothing$/, () => '该充电桩已被拒绝接入，不向其下发任何指令'],
  [/^the answer is no object$/, () => '充电桩的应答格式不正确'],
  [/^expired at (.+)$/, (at = '') => `已于 ${at} 过期`],
  [/^malformed$/, () => '指令内容不正确'],
  [/^charger (\S+) is unknown at this site$/, (charger = '') => `该场站没有充电桩 ${charger}`],
  [/^(\d+) orders are under way$/, (count = '') => `已有 ${count} 条指令在执行`],
  [/^the edge could not store it: (.+)$/s, (cause = '') => `边缘网关无法保存：${cause}`],
  [/^connector (\S+) is not configured$/, (connector = '') => `未配置充电枪 ${connector}`],
  [
    /^token has (\d+) characters, OCPP 1\.6 takes 20$/,
    (count = '') => `卡号有 ${count} 个字符，OCPP 1.6 最多 20 个`
  ],
  [/^stop needs the numeric transactionId of the running session$/, () => '停止需要进行中会话的数字交易号'],
  [/^limitA or limitW$/, () => '请填写 limitA 或 limitW'],
  [/^whom to trust is the edge’s own business$/, () => '是否信任由边缘网关自行决定'],
  [/^OCPP 1\.6 knows no ground lock$/, () => 'OCPP 1.6 不支持地锁'],
  [/^security profile (\d+) is not lowered$/, (profile = '') => `安全级别 ${profile} 不可降低`],
  [
    /^security profile (\d+) is not changed by DataTransfer$/,
    (profile = '') => `安全级别 ${profile} 不可通过 DataTransfer 更改`
  ],
  [
    /^OCPP 1\.6 has no request (\S+) to a charger$/,
    (action = '') => `OCPP 1.6 没有发往充电桩的 ${action} 请求`
  ],
  [/^transaction (\S+) is no number$/, (id = '') => `交易号 ${id} 不是数字`]
]

/** A command's error for a page in that language; one that nobody has words for stays in English. */
export function errorText(error: string, language: string): string {
  if (language !== 'zh') return error
  for (const [pattern, words] of said) {
    const match = pattern.exec(error)
    if (match) return words(...match.slice(1))
  }
  return error
}
