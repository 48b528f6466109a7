import { test } from 'tap'
import { open, stage, until } from './stage.suite.ts'

void test('a charger boots, is heard, and gets its answers after the commit', async (t) => {
  const { intake, url } = await stage(t)
  const charger = await open(url('CP1'))
  const boot = await charger.call('BootNotification', {
    chargePointVendor: 'V',
    chargePointModel: 'M',
    firmwareVersion: '1.0'
  })
  t.match(boot, [3, 'm1', { status: 'Accepted', interval: 300, currentTime: /^\d{4}-.*Z$/ }])
  intake.hold()
  charger.send(
    '[2,"status","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"SuspendedEV","timestamp":"2026-01-02T03:04:05Z"}]'
  )
  await until('the status was reported', () => intake.said.some(({ what }) => what === 'status'))
  charger.send('[2,"beat","Heartbeat",{}]')
  t.equal(charger.heard.length, 0, 'nothing is answered before the commit')
  intake.release()
  t.strictSame(await charger.next(), [3, 'status', {}])
  t.match(await charger.next(), [3, 'beat', { currentTime: /Z$/ }])
  t.match(intake.said.find(({ what }) => what === 'status')?.with, {
    chargerId: 'CP1',
    evseId: 2,
    connectorId: 1,
    status: 'suspended',
    suspendedBy: 'ev',
    at: '2026-01-02T03:04:05.000Z',
    errorCode: null
  })
  charger.ws.close()
  await until('the end was reported', () => intake.said.at(-1)?.what === 'disconnected')
})
