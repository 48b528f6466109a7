import { test } from 'tap'
import { daylightAt, noDaylight, watchDaylight, type Daylight } from './daylight.ts'

const hour = 3_600_000
const day = 24 * hour

/** A day of looks each minute: 8 kW from 8 to 16 o'clock. */
function sunny(): Daylight {
  let light = noDaylight
  for (let atMs = 0; atMs < day; atMs += 60_000) {
    const isDay = atMs >= 8 * hour && atMs < 16 * hour
    light = watchDaylight(light, isDay ? 8_000 : 0, atMs)
  }
  return light
}

void test('it comes again as yesterday, and ends when the sun sets', async (t) => {
  const noon = day + 12 * hour
  const at = (hours: number): number => daylightAt(sunny(), 8_000, noon, day + hours * hour)
  t.strictSame([at(12.5), at(15.9), at(16.1), at(20)], [8_000, 8_000, 0, 0])
})

void test('a dull day is dull in the next hour, and less surely so later', async (t) => {
  const noon = day + 12 * hour
  const at = (hours: number): number => daylightAt(sunny(), 2_000, noon, noon + hours * hour)
  t.strictSame([at(0), at(1), at(2), at(3)], [2_000, 5_000, 8_000, 8_000])
  t.equal(daylightAt(sunny(), 2_000, noon, day + 16.5 * hour), 0, 'never below nothing')
})

void test('without a yesterday, what it gives now holds for a while only', async (t) => {
  const light = watchDaylight(noDaylight, 4_000, 0)
  t.strictSame(
    [0, hour, 2 * hour, 5 * hour].map((atMs) => daylightAt(light, 4_000, 0, atMs)),
    [4_000, 2_000, 0, 0]
  )
})

void test('no more than a day is remembered, and what is no number is not', async (t) => {
  let light = sunny()
  for (let atMs = day; atMs < 3 * day; atMs += 900_000) light = watchDaylight(light, 1_000, atMs)
  t.ok(light.quarters.length <= 97)
  t.equal(watchDaylight(light, NaN, 3 * day).quarters.length, light.quarters.length)
})
