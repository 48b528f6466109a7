import fc from 'fast-check'
import { test } from 'tap'
import { rateSession, type MeteredSession } from '../../tariff/index.ts'
import { chargingPeriodsOf, exportTariff, OcpiTariff, rateOcpi } from './index.ts'
import { isNear, same, sessions, tariffs, zones } from './random.suite.ts'

const runs = 10_000 // The "Must hold" 2.

const identity = { countryCode: 'NL', partyId: 'NVX', id: 't', lastUpdated: '2026-01-01T00:00:00Z' }

const lastOf = ({ readings }: MeteredSession) => readings.at(-1)?.at ?? ''

void test('running cost at the last reading = bill at the end = what a partner computes from CDR and tariff', async (t) => {
  fc.assert(
    fc.property(sessions, tariffs, zones, (session, tariff, zone) => {
      const running = rateSession(session, tariff, zone)
      const bill = rateSession({ ...session, endedAt: lastOf(session) }, tariff, zone)
      const { tariff: json } = exportTariff(tariff, identity, '2.3.0')
      const partner = rateOcpi({
        tariff: OcpiTariff.parse(json),
        chargingPeriods: chargingPeriodsOf(session, tariff, zone),
        timeZone: zone
      })
      if (bill.review.length > 0) throw new Error(`under review: ${bill.review.join()}`)
      return (
        same(running, bill) &&
        isNear(partner.exact.excl, bill.exact.excl) &&
        isNear(partner.exact.incl, bill.exact.incl)
      )
    }),
    { numRuns: runs }
  )
  t.pass(`${runs} sessions`)
})
