import { match, type Form } from '../../kit/reasons.ts'
import type { Language } from '../../kit/words/language.ts'
import { zhDesk } from '../words-desk.zh.ts'

/** Details of alarms, and what to do about them. */
const alarms: readonly Form[] = [
  [/^Site meter: (.+)\.$/, (why = '') => `场站电表：${meterWord(why)}。`],
  [/^The cloud is silent; no limit changes by that\.$/, () => '云端无应答，限值不因此变化。'],
  [/^The cloud is silent: (\d+) W hold\.$/, (watts = '') => `云端无应答：按 ${watts} W 执行。`],
  [
    /^(\d+) W above the limit may be drawn and no set-point reaches them\.$/,
    (watts = '') => `可能超出限值 ${watts} W，且无设定值可及。`
  ],
  [
    /^Drew ([\d.]+) A per phase against its limit; paused, then stopped; ([\d.]+) A stay reserved\.$/,
    (drew = '', kept = '') => `超限取用每相 ${drew} A；已先暂停后停止；仍预留 ${kept} A。`
  ],
  [
    /^(\d+) facts wait for the cloud\. Nothing is lost; bills wait\.$/,
    (count = '') => `${count} 条事实等待上传。没有丢失，账单稍后生成。`
  ],
  [
    /^Charger (\S+) is wanted but not served: (.+)\.$/,
    (charger = '', why = '') => `充电桩 ${charger} 已配置但未接管：${why}。`
  ],
  [
    /^The fallback of charger (\S+) is 0 A, not as stated: (.+)\.$/,
    (charger = '', why = '') => `充电桩 ${charger} 的后备电流按 0 A 而非所填：${why}。`
  ],
  [/^wrong credentials from (.+)$/, (address = '') => `来自 ${address} 的凭据错误`],
  [
    /^a second connection with its credentials was refused: (.+)$/s,
    (detail = '') => `已拒绝使用其凭据的第二个连接：${detail}`
  ],
  [/^knocked from (.+), nobody has configured it$/, (address = '') => `来自 ${address} 的连接，尚未配置`],
  [/^the edge database cannot be written: (.+)$/s, (fault = '') => `边缘数据库无法写入：${fault}`],
  [
    /^the disk is full; sessions are written into the reserve, telemetry is dropped$/,
    () => '磁盘已满；会话写入预留空间，遥测被丢弃'
  ],
  [
    /^no connection since (.+)$/,
    (since = '') => `自 ${since === 'the edge was started' ? '边缘启动' : since} 起无连接`
  ],
  [/^Another process acts for this site: (.+)$/s, (detail = '') => `另有进程在代表该场站：${detail}`],
  [
    /^(\d+) sessions? waits? for a person; the newest: (.+), ([a-z-]+)\.$/,
    (count = '', charger = '', why = '') =>
      `${count} 个会话等待人工核对；最近一个：${charger}，${doubtWord(why)}。`
  ],
  [
    /^The charger does not store a fallback limit; what it may draw without the edge stays reserved\.$/,
    () => '充电桩不保存后备限值；其脱离边缘时可能取用的电流保持预留。'
  ],
  [
    /^The cloud sent a section that cannot be used: (.+)$/s,
    (problem = '') => `云端下发的配置无法使用：${problem}`
  ]
]

const advice: Readonly<Record<string, string>> = {
  'Check the meter, its wiring and its address. The limit holds with the reserve for the base load.':
    '请检查电表、接线与地址。限值按基础负荷预留执行。',
  'Check the internet connection. Charging goes on; nothing is lost.': '请检查网络。充电继续，数据不丢失。',
  'Look for silent or unmanaged chargers and for a base load above the limit.':
    '请查找无应答或不受控的充电桩，以及超过限值的基础负荷。',
  'Have the charger looked at, then tell the edge that it can be trusted again.':
    '请检修该充电桩，然后在边缘网关上恢复信任。',
  'Check the internet connection of the site and the cloud’s ingest.': '请检查场站网络与云端接收。',
  'Correct the charger, or the wiring in site.yaml; nothing else waits for it.':
    '请更正该充电桩，或 site.yaml 中的线路；其他设备不受影响。',
  'Lower its fallbackA, leave it out, or free current on that fuse; the charger is served.':
    '请降低或去掉 fallbackA，或在该熔断器上腾出电流；充电桩照常服务。',
  'See what the charger shows; a reset order may clear it, otherwise send somebody.':
    '请查看桩上显示；可尝试远程重启，否则派人处理。',
  'Give the charger a new password and find out who holds the old one.':
    '请为充电桩更换密码，并查明谁持有旧密码。',
  'Configure it if it is yours; if not, find out what stands at this address.':
    '若属于您请进行配置；否则请查明该地址上的设备。',
  'Limits hold from memory and no new session may start. Make room on the disk or replace it.':
    '限值由内存维持，不能开始新会话。请清理或更换磁盘。',
  'State the energy, waive it or close it; until then it is not billed.':
    '请填写电量、免收或关闭；在此之前不会出账。',
  'Make room on the disk of the gateway.': '请清理网关磁盘。',
  'Look at its power and network. Its share of the limit stays reserved until it is back.':
    '请检查其供电与网络。恢复前其份额一直预留。',
  'Check that smart charging is on in the charger, or mark it as not managed.':
    '请确认充电桩已启用智能充电，或将其标为不受控。',
  'Find the second gateway with a copy of this disk and switch one of the two off.':
    '请找到使用同一磁盘副本的另一网关，并关闭其中之一。',
  'Compare the password in the charger with the one configured here, and see who owns this address.':
    '请核对桩内密码与此处配置，并查明该地址归谁所有。',
  'The section before stays in force. Compare the versions of cloud and edge.':
    '此前的配置继续生效。请比较云端与边缘的版本。'
}

const meterWords: Readonly<Record<string, string>> = {
  'no reading yet': '尚无读数',
  'no reading in time': '未按时给出读数',
  'shows less than the chargers behind it': '读数小于其后充电桩之和',
  'shows feed-in where nothing feeds in': '站内无馈网设备，读数却为馈网',
  'moves against what feeds in': '读数变化与逆变器、储能的变化相反',
  frozen: '读数冻结',
  'a value that is no number': '含非数字值',
  'neither current nor power': '既无电流也无功率',
  'impossible voltage': '电压不可能',
  'more current than the connection can carry': '电流超过并网点能力',
  'power and current contradict each other': '功率与电流相互矛盾',
  'sign turned over': '符号翻转',
  'jumped tenfold': '读数跳变十倍',
  silent: '无应答',
  untrusted: '不可信'
}
const meterWord = (why: string): string => meterWords[why] ?? why

const doubtWord = (why: string): string =>
  (zhDesk as Readonly<Record<string, string>>)[`reviewReason.${why}`] ?? why

/** Detail or advice of an alarm in the reader's language; what is no form of the edge's stays as it is. */
export const alarmText = (text: string, language: Language): string =>
  language === 'zh' ? (advice[text] ?? match(text, alarms) ?? text) : text
