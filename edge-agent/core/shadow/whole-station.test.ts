import { test } from 'tap'
import { underStation, unknownConnector, type Reported } from './index.ts'

const word = (status: Reported['status'], heardAt: string): Reported => ({
  status,
  suspendedBy: null,
  errorCode: null,
  info: null,
  at: '2099-01-01T00:00:00Z', // Its own clock says nothing here.
  heardAt
})
const t0 = '2026-06-01T08:00:00Z'

const table = [
  ['switched off, said after the connector spoke', 'unavailable', '2026-06-01T08:00:01Z', 'unavailable'],
  ['broken, said at the same moment', 'faulted', t0, 'faulted'],
  ['switched off, until the connector spoke', 'unavailable', '2026-06-01T07:59:59Z', 'available'],
  ['well', 'available', '2026-06-01T08:00:01Z', 'available']
] as const

for (const [what, status, heardAt, shown] of table) {
  void test(`a station as a whole is ${what}: its connector is ${shown}`, async (t) => {
    const connector = { ...unknownConnector, reported: word('available', t0) }
    t.equal(underStation(connector, word(status, heardAt)).reported?.status, shown)
  })
}

void test('what nobody said of a connector stays unknown, and a station without a word changes nothing', async (t) => {
  t.equal(underStation(unknownConnector, word('faulted', t0)), unknownConnector)
  const connector = { ...unknownConnector, reported: word('charging', t0) }
  t.equal(underStation(connector, null), connector)
})
