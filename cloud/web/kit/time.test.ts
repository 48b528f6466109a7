import { test } from 'tap'
import { formatDuration, formatTime, minuteOfDay, timesIn, wallInstant, weekdayOf, zoneNote } from './time.ts'
import { chooseLanguage } from './words/language.ts'

const noon = Date.parse('2026-11-21T04:30:00Z')

void test('a time is read off the wall clock of the site', async (t) => {
  t.equal(formatTime('2026-11-21T04:30:05Z', 'second', 'en', 'Asia/Shanghai'), '12:30:05')
  t.equal(formatTime(noon, 'minute', 'en', 'Europe/Berlin'), '05:30')
  t.equal(formatTime(null, 'minute', 'en'), '–')
  t.equal(formatTime('nonsense', 'minute', 'en'), '–')
  t.equal(minuteOfDay(noon, 'Asia/Shanghai'), 750)
  t.equal(weekdayOf(noon, 'Asia/Shanghai'), 6)
})

void test('instants inside of a text are read off it too', async (t) => {
  const text = 'no connection since 2026-11-21T20:14:12.307Z'
  t.equal(timesIn(text, 'en', 'Asia/Shanghai'), 'no connection since 22 Nov 2026, 04:14:12')
  t.equal(timesIn('knocked from 127.0.0.1', 'en'), 'knocked from 127.0.0.1')
})

void test('the zone is named only where its clock differs from the viewer’s', async (t) => {
  t.equal(zoneNote('Asia/Shanghai', noon, 'Europe/Berlin'), 'Asia/Shanghai')
  t.equal(zoneNote('Asia/Shanghai', noon, 'Asia/Singapore'), '')
  t.equal(zoneNote('America/New_York', noon, 'UTC'), 'America/New York')
  t.equal(zoneNote(undefined, noon, 'UTC'), '')
})

const lengths = [
  [45_000, '45 s', '45 秒'],
  [12 * 60_000, '12 min', '12 分'],
  [65 * 60_000, '1 h 05 min', '1 小时 05 分'],
  [51 * 3_600_000, '2 d 3 h', '2 天 3 小时'],
  [-5, '0 s', '0 秒']
] as const

for (const [length, en, zh] of lengths)
  void test(`${length} ms is ${en}`, async (t) => {
    t.equal(formatDuration(length, 'en'), en)
    t.equal(formatDuration(length, 'zh'), zh)
  })

void test('the language is the person’s choice, else the first we speak, else English', async (t) => {
  t.equal(chooseLanguage('zh', ['en-GB']), 'zh')
  t.equal(chooseLanguage(null, ['fr', 'zh-TW', 'en']), 'zh')
  t.equal(chooseLanguage('klingon', ['fr']), 'en')
})

const walls: [wall: string, zone: string, instant: string | null][] = [
  ['2026-11-21T19:00', 'Asia/Shanghai', '2026-11-21T11:00:00Z'],
  ['2026-07-01T12:00', 'Europe/Berlin', '2026-07-01T10:00:00Z'],
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'], // Comes twice: the first, in summer time.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z'], // Left out: half an hour after 02:00 would have been.
  ['2026-03-29T12:00', 'Europe/Berlin', '2026-03-29T10:00:00Z'],
  ['tomorrow', 'Europe/Berlin', null],
  ['2026-13-01T00:00', 'UTC', null]
]
for (const [wall, zone, instant] of walls)
  void test(`${wall} in ${zone} is ${instant ?? 'no time'}`, async (t) => {
    t.equal(wallInstant(wall, zone), instant === null ? null : Date.parse(instant))
  })
