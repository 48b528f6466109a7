import { rate, rateSession, type PlanPrices, type TariffPrices } from '@nova/shared-protocol/tariff'
import { median, show } from './figure.ts'
import { planPrices, sessionsOf, slotLoop, tariffOfAll, type Reading } from './rating-peer.ts'

const aims: ReadonlyMap<number, number> = new Map([[10, 100_000]])
const zone = 'Europe/Amsterdam'
const seed = 4

type Way = { readonly name: string; readonly run: (readings: readonly Reading[]) => unknown }

/** Sessions rated in a second of one core, counted in processor time so that a shared machine tilts nothing. */
export async function benchRating({ short }: { readonly short: boolean }): Promise<void> {
  const plan: PlanPrices = planPrices
  const tariff: TariffPrices = tariffOfAll
  const ways: readonly Way[] = [
    { name: 'plan', run: (readings) => rate({ readings, plan, timeZone: zone }) },
    { name: 'tariff', run: (readings) => rateSession({ readings }, tariff, zone) },
    { name: 'float slot loop', run: (readings) => slotLoop(readings) }
  ]
  for (const count of [10, 100, 1000]) {
    const sessions = sessionsOf(count, 200, seed)
    const found = measured(ways, sessions, short ? { warm: 15, rounds: 5 } : { warm: 30, rounds: 15 })
    const peers = { 'float slot loop, unrounded, UTC+1 fixed': found.get('float slot loop') ?? Number.NaN }
    for (const name of ['plan', 'tariff'])
      figure({ name, count, peers, value: found.get(name) ?? Number.NaN })
  }
}

type Found = {
  readonly name: string
  readonly count: number
  readonly value: number
  readonly peers: Readonly<Record<string, number>>
}

function figure({ name, count, value, peers }: Found): void {
  const aim = aims.get(count)
  show({
    name: `rating: sessions by a ${name}, ${count} readings`,
    value,
    unit: 'sessions/s/core',
    ...(aim ? { limit: aim, met: value >= aim, ratio: value / aim } : {}),
    peers,
    seed
  })
}

/** Median of rounds of about a tenth of a second of processor, the ways in turns. */
function measured(
  ways: readonly Way[],
  sessions: readonly (readonly Reading[])[],
  { warm, rounds }: { readonly warm: number; readonly rounds: number }
): Map<string, number> {
  const speeds = new Map<string, number[]>(ways.map(({ name }) => [name, []]))
  for (let round = -warm; round < rounds; round++)
    for (const { name, run } of ways) {
      const speed = speedOf(run, sessions)
      if (round >= 0) speeds.get(name)?.push(speed) // The full model is compiled after some seconds of work.
    }
  return new Map([...speeds].map(([name, all]) => [name, median(all)]))
}

function speedOf(run: Way['run'], sessions: readonly (readonly Reading[])[]): number {
  const start = process.cpuUsage()
  let done = 0
  for (;;) {
    for (const readings of sessions) run(readings)
    done += sessions.length
    const { user, system } = process.cpuUsage(start)
    if (user + system > 100_000) return (done * 1e6) / (user + system)
  }
}
