import { test } from 'tap'
import { openChargePoint, tempers, usualVehicle } from '../simulators/chargers/index.ts'
import { openEdge, until } from './edge.suite.ts'

// Slow because it is all real: the edge asks the charger what it can seconds after it came, and contactors get their 10 s.
void test('a limit of 3 kW moves a car to one phase, over a real socket, and it stands still meanwhile', async (t) => {
  const edge = await openEdge()
  const point = openChargePoint({
    url: `ws://127.0.0.1:${edge.ports().ocpp}/ocpp`,
    identity: 'CP-1',
    temper: tempers.obedient,
    configuration: { ConnectorSwitch3to1PhaseSupported: 'true', MeterValueSampleInterval: '1' }
  })
  const stop = point.run(1)
  t.teardown(async () => {
    stop()
    await point.close()
    await edge.close()
  })
  point.switchOn()
  await point.settled(9_000)
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG-001')
  const phases = () => point.drawnMilliA().filter((each) => each > 0).length
  await until(phases, (count) => count === 3, 'it charges on three phases')
  await edge.ask('PUT', '/limits/operator', { limitW: 3_000, reason: 'Works' })
  await until(phases, (count) => count === 0, 'it stands still')
  type Share = { allocations: { reason: string }[] }
  await until(
    async () => (await edge.ask<Share>('GET', '/site')).body.allocations[0]?.reason ?? '',
    (reason) => reason.includes('contactors move'),
    'the reason names the contactors'
  )
  await until(phases, (count) => count === 1, 'it charges on one')
  const [milliA] = point.drawnMilliA()
  t.ok(milliA * 0.23 <= 3_000 && milliA >= 6_000, `${milliA} mA of 3,000 W`)
})
