import type { PlanPrices, TariffPrices } from '@nova/shared-protocol/tariff'

export type Reading = { readonly at: string; readonly registerWh: number }

const hours: readonly (readonly [start: string, end: string, electricityPrice: string])[] = [
  ['00:00', '07:00', '0.31'],
  ['07:00', '10:00', '0.68'],
  ['10:00', '15:00', '1.12'],
  ['15:00', '18:00', '0.68'],
  ['18:00', '21:00', '1.35'],
  ['21:00', '24:00', '0.68']
]

/** Six segments a day with electricity and service, as an urban site in China has them. */
export const planPrices: PlanPrices = {
  currency: 'CNY',
  segments: hours.map(([start, end, electricityPrice]) => ({
    start,
    end,
    electricityPrice,
    servicePrice: '0.45'
  }))
}

/** The same hours in the full model, with a start fee, tax, a tier, parking in steps and a minimum. */
export const tariffOfAll: TariffPrices = {
  currency: 'EUR',
  tax: 'added',
  elements: [
    { components: [{ dimension: 'flat', price: '0.50', taxPercent: '21' }] },
    {
      components: [{ dimension: 'energy', price: '0.20', taxPercent: '21' }],
      restrictions: { maxKwh: '2' }
    },
    ...hours.map(([startTime, endTime, price]) => ({
      components: [{ dimension: 'energy' as const, price, taxPercent: '21', step: 1 }],
      restrictions: { startTime, endTime }
    })),
    { components: [{ dimension: 'parking', price: '3', taxPercent: '21', step: 900 }] }
  ],
  minPrice: { excl: '1', incl: '1.21' }
}

/** Sessions with readings about a minute apart, at up to 60 kW; the same for the same seed. */
export function sessionsOf(readings: number, count: number, seed: number): readonly (readonly Reading[])[] {
  let state = seed
  const chance = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  return Array.from({ length: count }, () => {
    let [at, registerWh] = [1_767_225_600_000 + chance(86_400 * 365) * 1000, 1_000_000 + chance(1_000_000)]
    return Array.from({ length: readings }, () => {
      const reading = { at: new Date(at).toISOString(), registerWh }
      at += 50_000 + chance(20_000)
      registerWh += chance(1000)
      return reading
    })
  })
}

const slotPrices = Array.from({ length: 48 }, (_, slot) => {
  const price = hours.find(([start, end]) => slot >= slotOf(start) && slot < slotOf(end))?.[2]
  return Number(price) + 0.45
})

function slotOf(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) / 30
}

/**
 * The peer: what a pile or a quick script does. Each reading's energy at the price of its half-hour slot, in
 * floats, at a fixed offset; no border is cut, nothing is explained, nothing is exact.
 */
export function slotLoop(readings: readonly Reading[]): number {
  let total = 0
  let before: Reading | undefined
  for (const reading of readings) {
    if (before) {
      const minute = Math.floor((Date.parse(reading.at) + 3_600_000) / 60_000) % 1440
      const kwh = (reading.registerWh - before.registerWh) / 1000
      total += kwh * (slotPrices[Math.floor(minute / 30)] ?? 0)
    }
    before = reading
  }
  return total
}
