import { test } from 'tap'
import { validatePlan, type Segment } from './index.ts'
import { segment } from './examples.ts'
import { weekOf } from './week.ts'

const fallback = { electricityPrice: '1', servicePrice: '0' }
const table: {
  says: RegExp | null
  title: string
  segments: Segment[]
  fallback?: boolean
  fullDay?: boolean
}[] = [
  { title: 'one whole day', segments: [segment('all', '00:00', '24:00', '1')], says: null },
  {
    title: 'a night that wraps and a day',
    segments: [segment('night', '22:00', '06:00', '1'), segment('day', '06:00', '22:00', '1')],
    says: null
  },
  {
    title: 'two segments that share half an hour',
    segments: [segment('a', '00:00', '12:30', '1'), segment('b', '12:00', '24:00', '1')],
    says: /segments 1 \(a\) and 2 \(b\) overlap on Monday from 12:00 to 12:30/
  },
  {
    title: 'a wrap that runs into the next morning of another segment',
    segments: [
      segment('night', '22:00', '06:00', '1', '0', [5, 6]),
      segment('sat', '05:00', '08:00', '1', '0', [6])
    ],
    fallback: true,
    says: /overlap on Saturday from 05:00 to 06:00/
  },
  {
    title: 'a short segment inside a long one, with another between',
    segments: [
      segment('long', '00:00', '24:00', '1'),
      segment('x', '01:00', '02:00', '1', '0', [1]),
      segment('y', '03:00', '04:00', '1', '0', [1])
    ],
    says: /segments 1 \(long\) and 3 \(y\) overlap/
  },
  {
    title: 'a hole without a fallback',
    segments: [segment('a', '00:00', '23:59', '1')],
    says: /Monday from 23:59 to 24:00/
  },
  {
    title: 'a hole with a fallback',
    segments: [segment('a', '00:00', '23:59', '1')],
    fallback: true,
    says: null
  },
  {
    title: 'a hole with a fallback where the full day is asked for',
    segments: [segment('a', '00:00', '23:59', '1')],
    fallback: true,
    fullDay: true,
    says: /no segment holds on Monday/
  },
  {
    title: 'equal start and end',
    segments: [segment('a', '08:00', '08:00', '1')],
    says: /a whole day is 00:00 to 24:00/
  },
  { title: 'a start at 24:00', segments: [segment('a', '24:00', '08:00', '1')], says: /write 00:00/ },
  {
    title: 'a Sunday that wraps: its own morning is Sunday too',
    segments: [
      segment('sun', '20:00', '08:00', '1', '0', [7]),
      segment('also sun', '07:00', '09:00', '1', '0', [7])
    ],
    fallback: true,
    says: /overlap on Sunday from 07:00 to 08:00/
  },
  {
    title: 'a Sunday that wraps does not reach into Monday',
    segments: [
      segment('sun', '20:00', '08:00', '1', '0', [7]),
      segment('mon', '07:00', '09:00', '1', '0', [1])
    ],
    fallback: true,
    says: null
  }
]

for (const { title, segments, says, fallback: with_, fullDay } of table) {
  void test(`${title}: ${says ? 'explained' : 'a good plan'}`, async (t) => {
    const plan = { currency: 'CNY', segments, ...(with_ ? { fallback } : {}) }
    const problems = validatePlan(plan, { fullDay })
    const words = problems.map(({ detail }) => detail).join('; ')
    if (says) t.match(words, says)
    else t.equal(words, '')
    if (says && !fullDay) t.throws(() => weekOf(plan), { message: /^tariff plan: / })
  })
}

void test('each day of the week is whole and in order', async (t) => {
  const { days } = weekOf({
    currency: 'CNY',
    segments: [segment('fri', '22:00', '06:00', '1', '0', [5])],
    fallback
  })
  t.equal(days.length, 7)
  for (const pieces of days) {
    t.equal(pieces[0]?.from, 0)
    t.equal(pieces.at(-1)?.to, 1440)
    for (const [index, piece] of pieces.entries()) if (index > 0) t.equal(piece.from, pieces[index - 1]?.to)
  }
})

void test('ninety-six quarter hours, the most a plan may have, hold', async (t) => {
  const clock = (quarter: number) =>
    `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
  const segments = Array.from({ length: 96 }, (_, quarter) =>
    segment(`q${quarter}`, clock(quarter), clock(quarter + 1), '0.5')
  )
  t.strictSame(validatePlan({ currency: 'CNY', segments }), [])
})
