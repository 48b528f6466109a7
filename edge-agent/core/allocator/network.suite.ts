import fc from 'fast-check'
import type { Claim, Pilots } from './claim.ts'
import { networkFrom, type Network, type Row } from './network.ts'
import { wiresOf, type Strand } from './wires.ts'

/** What tests of the kernel build their networks and claims from. */
export const rowOf = (name: string, limit: number, more: Partial<Row> = {}): Row => ({
  name,
  because: name,
  until: null,
  limit,
  ...more
})

const angle = fc.constantFrom(-150, -120, -90, -30, 0, 30, 90, 120, 150)
const phasor = fc.record({ angle, share: fc.constantFrom(0.25, 0.5, 1, 2) }).map(({ angle: at, share }) => ({
  re: share * Math.cos((at * Math.PI) / 180),
  im: share * Math.sin((at * Math.PI) / 180)
}))

/** A few rows through which places run at any angle, each place by its first wire only. */
export const anyNetwork: fc.Arbitrary<Network> = fc
  .record({
    limits: fc.array(fc.integer({ min: 5_000, max: 90_000 }), { minLength: 1, maxLength: 4 }),
    places: fc.array(fc.array(fc.option(phasor), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 6
    })
  })
  .map(({ limits, places }) => {
    const rows = limits.map((limit, row) => rowOf(`row ${row}`, limit))
    const strands = places.map((through): [Strand[], Strand[], Strand[]] => [
      rows.flatMap((_, row) => {
        const at = through[row]
        return at === null || at === undefined ? [] : [{ row, ...at }]
      }),
      [],
      []
    ])
    return networkFrom(rows, wiresOf(strands, rows.length))
  })

const pilots: fc.Arbitrary<Pilots | undefined> = fc.constantFrom(
  undefined,
  { kind: 'steps', stepMilliA: 1_000 } as const,
  { kind: 'listed', milliA: [0, 8_000, 16_000, 24_000, 32_000] } as const
)

/** One claim for each place of a network, with plans that may be known or not. */
export const anyClaims = ({ wires }: Network): fc.Arbitrary<Claim[]> =>
  fc.tuple(...Array.from({ length: wires.places }, (_, place) => anyClaim(place)))

const anyClaim = (place: number): fc.Arbitrary<Claim> =>
  fc
    .record(
      {
        capMilliA: fc.integer({ min: 0, max: 32_000 }),
        floorMilliA: fc.constantFrom(0, 6_000, 8_000),
        pilots,
        arrivedMs: fc.nat(5),
        departMs: fc.nat(10),
        energyLeftWh: fc.nat(20_000),
        priority: fc.nat(2)
      },
      { requiredKeys: ['capMilliA'] }
    )
    .map((words): Claim => ({
      place,
      direction: [1, 0, 0],
      reservedMilliA: 0,
      fullMilliA: 32_000,
      fullW: 7_360,
      ...(Object.fromEntries(
        Object.entries(words).filter(([, value]) => value !== undefined)
      ) as typeof words & { readonly pilots?: Pilots })
    }))
