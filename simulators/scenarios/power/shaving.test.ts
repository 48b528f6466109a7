import { test } from 'tap'
import { shaveStep } from './shaving.ts'

void test('a limit that falls from 120 to 100 kW: the battery gives 20 kW, not 21, within ten cycles', async (t) => {
  const { overshoot, settledCycles, gridW } = await shaveStep()
  t.ok(overshoot <= 0.05, `overshoot ${overshoot}`)
  t.ok(settledCycles <= 10, `settled after ${settledCycles}`)
  t.ok(Math.abs((gridW.at(-1) ?? 0) - 100_000) < 200, `${gridW.at(-1)}`)
  t.ok((gridW[0] ?? 0) > 119_000, 'and before the step it gave nothing')
})
