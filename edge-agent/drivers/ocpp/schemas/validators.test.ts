import { test } from 'tap'
import { loadValidators16 } from './validators.ts'

const { request, answer } = loadValidators16()

const status = (connectorId: string): unknown =>
  JSON.parse(`{"connectorId":${connectorId},"errorCode":"NoError","status":"Available"}`)

void test('a number that is beyond all numbers is of no type that a schema names', (t) => {
  t.equal(request('StatusNotification', status('1')), null)
  for (const beyond of ['1e400', '-1e400'])
    t.match(request('StatusNotification', status(beyond)), { fault: 'type', field: 'connectorId' })
  const schedule = { startPeriod: 0, limit: Number.POSITIVE_INFINITY }
  const plan = { chargingRateUnit: 'A', chargingSchedulePeriod: [schedule] }
  t.match(answer('GetCompositeSchedule', { status: 'Accepted', chargingSchedule: plan }), {
    fault: 'type',
    field: 'chargingSchedule'
  })
  t.end()
})

void test('an action that the schemas do not know never fits, whatever objects are born with', (t) => {
  for (const action of ['FooBar', '__proto__', 'constructor'])
    t.match(request(action, {}), { fault: 'unknown-action' })
  t.end()
})
