import { test } from 'tap'
import { onLines, voltsAcross } from './lines.ts'
import { obey, siteOf, stage } from './loop.suite.ts'

void test('a charger between L2 and L3 runs through both, with what is in phase with them', async (t) => {
  const lines = onLines({ loop: true, phases: [1] }, [0, 32_000, 0])
  t.strictSame(lines.map(Math.round), [0, 27_713, 27_713], '32 A · cos 30°')
  t.strictSame(onLines({ loop: true, phases: [2] }, [0, 0, 10_000]).map(Math.round), [8_660, 0, 8_660])
  t.strictSame(onLines({ phases: [0, 1, 2] }, [1, 2, 3]), [1, 2, 3])
  t.equal(Math.round(voltsAcross({ loop: true, phases: [0] }, 230)), 398)
})

void test('a car between two lines is no base load: neither line is taken from it', async (t) => {
  const plain = siteOf(['A'], 60)
  const chargers = plain.chargers.map((each) => ({ ...each, phaseRotation: 'RS' as const, fallbackA: 0 }))
  const set = stage({ ...plain, chargers, grid: { ...plain.grid, meter: 'grid-meter' } })
  set.hasMeter = true
  set.sessions.set('A', '1')
  const loop = set.open()
  for (let second = 0; second < 90; second++) {
    obey(set)
    const amps = (set.told('A') ?? 0) / 1000
    const at = '2026-03-01T10:00:00Z'
    const atMs = set.clock.monotonicMs()
    set.readings.set('A', {
      reading: { at, currentMilliA: [amps * 1000, 0, 0], powerW: amps * 398 },
      heardAtMs: atMs
    })
    // 5 A of base load in phase, and the car's 30° off: what a meter shows is the length of their sum.
    const line = Math.hypot(5 + amps * Math.cos(Math.PI / 6), amps / 2) * 1000 + second
    set.meter = {
      reading: { at, currentMilliA: [line, line, 5_000 + second], powerW: amps * 398 + 15 * 230 },
      takenAtMs: atMs
    }
    await set.clock.turn(1000)
  }
  t.equal(loop.allocation()?.meter, 'good')
  const base = loop.allocation()?.baseLoadW ?? 0
  // 5 A on each line are 3,450 W; what the car's reactive part adds to a line's length is at most 13 % of its current.
  t.ok(base >= 3_450 && base < 3_450 + 2 * 0.134 * (set.told('A') ?? 0) * 0.23 + 400, `${base}`)
  await loop.stop()
})
