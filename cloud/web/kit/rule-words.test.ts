import { test } from 'tap'
import { ruleText } from './rule-words.ts'

// The left side is what `shared-protocol/tariff` writes: week.ts, compile.ts, words.ts, limits.ts.
const rules = [
  ['time of use 23:00–07:00, every day', '分时 23:00–07:00，每天'],
  ['time of use 08:00–10:00, on Monday, Friday', '分时 08:00–10:00，周一、周五'],
  ['fallback rate, where no segment holds', '其余时段价格'],
  ['element 2 (night): energy; 22:00–06:00; Mon, Tue', '第 2 条（night）：电量；22:00–06:00；周一、周二'],
  ['element 1: energy by series day-ahead', '第 1 条：电量，按动态价格 day-ahead'],
  ['element 3: idle; from 900 s after charging ended', '第 3 条：占位时长；充电结束 15 分钟后'],
  ['element 1: energy; 10 to 30 kWh', '第 1 条：电量；10 至 30 千瓦时'],
  ['discount member; for gold', '优惠 member；适用于 gold'],
  ['maximum price of a session', '单次最高收费'],
  ['a rule of another maker', 'a rule of another maker']
] as const
for (const [english, chinese] of rules)
  void test(`${english}: in Chinese, and as it stands in English`, async (t) => {
    t.equal(ruleText(english, 'zh'), chinese)
    t.equal(ruleText(english, 'en'), english)
  })
