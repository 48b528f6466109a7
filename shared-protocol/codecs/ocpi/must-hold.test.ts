import fc from 'fast-check'
import { test } from 'tap'
import { rateSession, type MeteredSession } from '../../tariff/index.ts'
import { chargingPeriodsOf, exportTariff, OcpiTariff, rateOcpi } from './index.ts'
import { isNear, same, sessions, tariffs, zones } from './random.suite.ts'

// The "Must hold" 2: 10,000 random sessions, five to a random tariff and zone.
const tariffCount = 2000
const each = 5

const identity = { countryCode: 'NL', partyId: 'NVX', id: 't', lastUpdated: '2026-01-01T00:00:00Z' }

const lastOf = ({ readings }: MeteredSession) => readings.at(-1)?.at ?? ''

void test('running cost at the last reading = bill at the end = what a partner computes from CDR and tariff', async (t) => {
  const many = fc.array(sessions, { minLength: each, maxLength: each })
  fc.assert(
    fc.property(many, tariffs, zones, (all, tariff, zone) => {
      const json = OcpiTariff.parse(exportTariff(tariff, identity, '2.3.0').tariff)
      return all.every((session) => {
        const running = rateSession(session, tariff, zone)
        const bill = rateSession({ ...session, endedAt: lastOf(session) }, tariff, zone)
        const chargingPeriods = chargingPeriodsOf(session, tariff, zone)
        const partner = rateOcpi({ tariff: json, chargingPeriods, timeZone: zone })
        if (bill.review.length > 0) throw new Error(`under review: ${bill.review.join()}`)
        return (
          same(running, bill) &&
          isNear(partner.exact.excl, bill.exact.excl) &&
          isNear(partner.exact.incl, bill.exact.incl)
        )
      })
    }),
    { numRuns: tariffCount }
  )
  t.pass(`${tariffCount * each} sessions`)
})
