import { test } from 'tap'
import type { ChargePoint, OutletView } from '../chargers/index.ts'
import { chanceOf } from '../world/chance.ts'
import { traffic } from './traffic.ts'

const empty: OutletView = {
  number: 1,
  status: 'Available',
  plugged: false,
  idTag: null,
  transactionId: null,
  registerWh: 0,
  powerW: 0,
  drawnMilliA: 0,
  offeredMilliA: null,
  socPercent: null
}

/** A station of which only what drivers see and do is there. */
function outletWith(start: Partial<OutletView>) {
  const done: string[] = []
  let view = { ...empty, ...start }
  const station = {
    isOnline: () => true,
    outlets: () => [view],
    plugIn() {
      done.push('plug')
      view = { ...view, plugged: true }
    },
    unplug() {
      done.push('unplug')
      view = { ...view, plugged: false, idTag: null, status: 'Available' }
    },
    async swipe() {
      done.push('swipe')
      return 'started'
    }
  } as unknown as ChargePoint
  return { done, station }
}

for (const parked of [false, true]) {
  void test(`a session that the station remembers goes on with its car, ${parked ? 'parked' : 'passing'}`, async (t) => {
    const { done, station } = outletWith({ status: 'SuspendedEV', idTag: 'TAG', transactionId: 7 })
    const driver = traffic({ station, number: 1, card: 'TAG', parked }, chanceOf(1), 0)
    for (let second = 0; second < 60; second++) driver.tick(second)
    t.strictSame(done, ['plug'])
    for (let second = 60; second < 1_000; second++) driver.tick(second)
    t.equal(done.includes('unplug'), !parked, 'and the passing one leaves as others do')
  })
}

void test('cars come, show the card and leave again', async (t) => {
  const { done, station } = outletWith({})
  const driver = traffic({ station, number: 1, card: 'TAG', parked: false }, chanceOf(1), 0)
  for (let second = 0; second < 3_000; second++) driver.tick(second)
  t.strictSame(done.slice(0, 4), ['plug', 'swipe', 'unplug', 'plug'])
})
