import { test } from 'tap'
import { rateOcpi } from './rate.ts'
import { OcpiTariff } from './wire.ts'

const tiers = [{ max_kwh: 10, price: 1 }, { price: 2 }] // The eleventh kWh costs more.
const crossings = [
  { title: 'a period of 30 kWh goes over the border at 10', volumes: [30], excl: '30', notes: 1 },
  { title: 'a period that ends at the border does not', volumes: [10, 20], excl: '50', notes: 0 },
  { title: 'the second of two goes over it', volumes: [4, 7], excl: '11', notes: 1 }
]
for (const { title, volumes, excl, notes } of crossings) {
  void test(`without an end that is known: ${title}`, async (t) => {
    const rated = rateOcpi({
      tariff: OcpiTariff.parse({
        currency: 'EUR',
        elements: tiers.map(({ price, ...restrictions }) => ({
          price_components: [{ type: 'ENERGY', price }],
          restrictions
        }))
      }),
      chargingPeriods: volumes.map((volume, hour) => ({
        start_date_time: `2026-01-05T0${hour + 1}:00:00Z`,
        dimensions: [{ type: 'ENERGY', volume }]
      })),
      timeZone: 'UTC'
    })
    t.equal(rated.exact.excl, excl)
    t.strictSame(
      rated.notes.map(({ code }) => code),
      Array.from({ length: notes }, () => 'period-spans-border')
    )
  })
}

for (const [text, codes] of [
  ['25:99', ['not-understood']],
  ['7:60', ['not-understood']],
  ['24:00', []]
] as const) {
  void test(`a restriction until ${text} ${codes.length > 0 ? 'is named as not understood' : 'is until midnight'}`, async (t) => {
    const { notes, exact } = rateOcpi({
      tariff: OcpiTariff.parse({
        currency: 'EUR',
        elements: [
          {
            price_components: [{ type: 'ENERGY', price: 1 }],
            restrictions: { start_time: '09:00', end_time: text }
          }
        ]
      }),
      chargingPeriods: [
        { start_date_time: '2026-01-05T23:30:00Z', dimensions: [{ type: 'ENERGY', volume: 2 }] }
      ],
      timeZone: 'UTC'
    })
    t.equal(exact.excl, '2')
    t.strictSame(
      notes.map(({ code }) => code),
      codes
    )
  })
}
