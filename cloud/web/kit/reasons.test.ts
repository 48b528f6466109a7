import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { alarmText } from '../operator/alarms/alarm-text.ts'
import { detailText } from './limit-details.ts'
import { reasonText } from './reasons.ts'

const edge = new URL('../../../edge-agent/', import.meta.url)
const source = async (file: string) => readFile(new URL(file, edge), 'utf8')
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** What stands in the holes of the edge's sentences, by the name of what is put there. */
const fills: readonly (readonly [hole: RegExp, value: string])[] = [
  [/amps|seat\.ceiling|committed|level/, '10 A'],
  [/rising/, ''],
  [/clockTime/, '19:00'],
  [/because|reason/, 'feeder-1 L2'],
  [/missingW|limitW|waiting/, '1200'],
  [/worst/, '16.5'],
  [/index/, '1']
]
const filled = (template: string): string =>
  template.replaceAll(/\$\{((?:[^{}]|\{[^{}]*\})+)\}/g, (_, hole: string) => {
    if (/ceiling\.because/.test(hole)) return 'rating of the connector'
    return fills.find(([name]) => name.test(hole))?.[1] ?? 'CP1'
  })

const templates = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, template = '']) => template)

const strings = (text: string, before: RegExp): readonly string[] =>
  [...text.matchAll(new RegExp(`(?:${before.source})\\s*(?:'([^'\\n]+)'|\`([^\`\\n]+)\`)`, 'g'))].map(
    ([, plain, template]) => plain ?? template ?? ''
  )

void test('every reason that the allocator can give is said in Chinese', async (t) => {
  const body = (await source('core/allocator/reasons.ts')).split('/** 10000')[0] ?? ''
  const forms = templates(body).filter((form) => !form.startsWith(', then'))
  t.ok(forms.length >= 7, `${forms.length} forms found in the edge's code`)
  for (const form of forms) {
    const english = filled(form)
    t.not(reasonText(english, 'zh'), english, english)
    t.notMatch(reasonText(english, 'zh'), /kept|waits|others|rating|feeder-1 L2 [a-z]/, english)
    t.equal(reasonText(english, 'en'), english)
  }
  const rising = '6 A: feeder-1 L2, then 10 A when others have made room'
  t.equal(reasonText(rising, 'zh'), '6 A：线路 feeder-1 L2，他人让出后升至 10 A')
})

void test('every cause of a limit or a ceiling is said in Chinese, alone and inside a reason', async (t) => {
  const files = [
    'control-loop/scene.ts',
    'control-loop/limit-now.ts',
    'core/allocator/limits.ts',
    'orders/decide.ts',
    'core/guard/limits.ts'
  ]
  const texts = await Promise.all(files.map(source))
  const causes = texts
    .flatMap((text) => strings(text, /because:|reason:/))
    .filter((cause) => / /.test(cause) && !cause.includes('${limit.reason}'))
    .filter((cause) => !/charger \$|unknown|must|not /.test(cause))
  t.ok(
    causes.includes('fail-safe, cloud silent') && causes.includes('the car takes no more'),
    causes.join('; ')
  )
  for (const cause of [...causes.map(filled), 'Grid connection contract', 'circuit-a L3']) {
    t.ok(isChinese(reasonText(cause, 'zh')), cause)
    t.ok(isChinese(reasonText(`10 A: ${cause}`, 'zh')))
    t.notMatch(reasonText(`10 A: ${cause} until 2026-11-22 19:00`, 'zh'), /until|car|charger/, cause)
  }
})

void test('the installer’s screen says what the cloud’s pages say, form for form', async (t) => {
  type Screen = { reasonZh: (text: string) => string; detailZh: (text: string) => string }
  const screen = (await import(new URL('local/screen/reasons.js', edge).href)) as Screen
  const forms = async (file: string) => {
    const text = await readFile(file, 'utf8')
    return [...text.matchAll(/\/\^.+?\$\/, |'limit-[a-z-]+': '.+'|=> [`'(].*/g)].map(([form]) =>
      form.replace(/,$/, '').replace('because, forms', 'because, details')
    )
  }
  const here = [new URL('reasons.ts', import.meta.url), new URL('limit-details.ts', import.meta.url)]
  const pages = (await Promise.all(here.map(async (file) => forms(file.pathname)))).flat()
  const edges = new Set(await forms(new URL('local/screen/reasons.js', edge).pathname))
  t.ok(pages.length > 60, `${pages.length} pieces of forms`)
  t.strictSame(
    pages.filter((form) => !edges.has(form) && /\p{Script=Han}|\/\^/u.test(form)),
    []
  )
  for (const reason of [
    'waits: 6 A not free before 17:42 (feeder-1 L2)',
    'Mine',
    '10 A: grid L1 until 19:00'
  ])
    t.equal(screen.reasonZh(reason), reasonText(reason, 'zh'))
  for (const detail of [
    'limit-negative: -5 is below 0',
    'event E1, version 2; begins 8 s after its announced start'
  ])
    t.equal(screen.detailZh(detail), detailText(detail, 'zh'))
})

void test('what people wrote themselves stays as they wrote it', async (t) => {
  t.equal(reasonText('Work on the transformer', 'zh'), 'Work on the transformer')
  t.equal(
    reasonText('10 A: Work on the transformer until 19:00', 'zh'),
    '10 A：Work on the transformer（至 19:00）'
  )
  t.equal(reasonText('', 'zh'), '')
  t.equal(alarmText('something new', 'zh'), 'something new')
})

void test('every alarm of the edge is told in Chinese, with what to do', async (t) => {
  const files = [
    'control-loop/tell.ts',
    'control-loop/store-fallback.ts',
    'joints/housekeeping.ts',
    'joints/site.ts',
    'intake/hear-charger.ts',
    'intake/open.ts',
    'intake/tick.ts',
    'uplink/open.ts',
    'uplink/wishes.ts'
  ]
  const texts = await Promise.all(files.map(source))
  const told = texts.flatMap((text) => strings(text, /(?:detail|advice)(?::| =)(?:\s*damage \?\?)?/))
  t.ok(told.length >= 24, `${told.length} sentences found in the edge's code`)
  // What the charger says of its own fault stays in its own words.
  for (const text of told.filter(
    (each) => !each.includes('report.') && / /.test(each.replace(/\$\{.*?\}/g, ''))
  )) {
    const english = filled(text)
    t.ok(isChinese(alarmText(english, 'zh')), english)
    t.equal(alarmText(english, 'en'), english)
  }
  for (const text of [
    'The cloud is silent; no limit changes by that.',
    'The cloud is silent: 22000 W hold.',
    '3 sessions wait for a person; the newest: CP1, stop-lost.',
    'State the energy, waive it or close it; until then it is not billed.'
  ])
    t.ok(isChinese(alarmText(text, 'zh')), text)
})

void test('every fault of a meter is told in Chinese', async (t) => {
  const meter = await source('core/guard/meter.ts')
  const plausible = await source('core/guard/plausible.ts')
  const faults = [
    ...strings(meter, /because:/),
    ...strings(meter, /return/),
    ...[...meter.matchAll(/fault\(watch, '\w+', '([^']+)'/g)].map(([, each = '']) => each),
    ...strings(plausible, /return|\?/)
  ]
  t.ok(faults.length >= 9, faults.join('; '))
  for (const fault of faults) t.notMatch(alarmText(`Site meter: ${fault}.`, 'zh'), /[a-z]/, fault)
})

void test('every reason of a forecast is said in Chinese', async (t) => {
  const forecast = await source('core/schedule/forecast.ts')
  const whole = [...strings(forecast, /return|slot,/), 'no limit known: nothing is given', 'waits: grid L2']
  t.ok(whole.length >= 5, whole.join('; '))
  for (const reason of whole.map(filled)) t.ok(isChinese(reasonText(reason, 'zh')), reason)
  t.equal(reasonText('16 A: full by then', 'zh'), '16 A：届时充满')
})

void test('every row that can bind is said in Chinese', async (t) => {
  const rows = await source('core/allocator/rows.ts')
  const names = [...strings(rows, /name =|because:/), 'site total']
  t.ok(names.length >= 5, names.join('; '))
  for (const name of names.map(filled))
    t.ok(isChinese(reasonText(`10 A: ${name.replace(/L.*$/, 'L1')}`, 'zh')), name)
})

void test('what became of a limit is told in Chinese: refusals by name, fail-safes with their time', async (t) => {
  const judge = await source('../shared-protocol/model/limit-sense.ts')
  const events = await source('core/limits/events.ts')
  const names = [...strings(judge, /name:/), ...strings(events, /name:/)]
  t.ok(names.length >= 8, names.join('; '))
  for (const name of names) {
    const detail = `${name}: 5 W; what the edge says`
    t.match(detailText(detail, 'zh'), /^\p{Script=Han}.*（5 W; what the edge says）$/u, name)
    t.equal(detailText(detail, 'en'), detail)
  }
  const failsafe = await source('core/limits/failsafe.ts')
  for (const because of strings(failsafe, /because:|because =|reasonOf\(state,/))
    t.ok(isChinese(detailText(because, 'zh')), because)
  const both = 'fail-safe: no heartbeat of the grid operator; 12 min more unless it is heard again'
  t.equal(detailText(both, 'zh'), '失效保护：电网公司无心跳；若无应答，还将持续 12 分钟')
  for (const detail of [
    'event evt-1, version 2',
    'cancelled by version 3',
    'withdrawn',
    'begins 12.5 s after its announced start'
  ])
    t.ok(isChinese(detailText(detail, 'zh')), detail)
})
