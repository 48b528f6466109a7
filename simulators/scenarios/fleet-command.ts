import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type ChargePoint, openChargePoint } from '../chargers/index.ts'
import { isTemperName, tempers, type Temper } from '../chargers/tempers.ts'
import { type Chance, chanceOf } from '../world/chance.ts'
import { interrupted, numberOf } from '../world/words.ts'
import { signIn } from './api.ts'
import { enrol } from './fleet.ts'
import { traffic, type Traffic } from './traffic.ts'

export const fleetHelp = `npm run simulate -- fleet [options]

Many OCPP 1.6 charge points, and drivers who come and go. Ctrl-C switches all off.

  --url URL            where the edge listens            (ws://127.0.0.1:9220/ocpp)
  --count N            charge points                     (10)
  --prefix NAME        identities are NAME-0001, NAME-0002, …; the card of an outlet is NAME-0001-1   (SIM)
  --outlets N          of each charge point              (1)
  --password TEXT      for basic auth, of all            (none; with --cloud: ${'fleet-password-16'})
  --tag UID            one card for all outlets
  --cloud URL          adds charge points and cards to a site first: http://127.0.0.1:8080
  --site ID            that site                         (demo-site)
  --email ADDRESS      who adds them; the password is NOVA_PASSWORD in the environment   (operator@nova.test)
  --temper NAME        ${Object.keys(tempers).join(', ')}; mixed draws one for each   (obedient)
  --sample-s N         seconds between meter values      (10)
  --speed N            how fast the stations' clocks run (1)
  --seed N             chance of drivers and cars        (1)
  --state FOLDER       registers and backlogs are kept in it`

const options = {
  url: { type: 'string', default: 'ws://127.0.0.1:9220/ocpp' },
  count: { type: 'string', default: '10' },
  prefix: { type: 'string', default: 'SIM' },
  outlets: { type: 'string', default: '1' },
  password: { type: 'string' },
  tag: { type: 'string' },
  cloud: { type: 'string' },
  site: { type: 'string', default: 'demo-site' },
  email: { type: 'string', default: 'operator@nova.test' },
  temper: { type: 'string', default: 'obedient' },
  'sample-s': { type: 'string', default: '10' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  state: { type: 'string' }
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

const usualPassword = 'fleet-password-16' // OCPP's AuthorizationKey has 16 to 20 characters or more.
const sayEveryMs = 5_000
const longestPrefix = 13 // Of a card's 20 characters (OCPP 1.6 §7.28) seven are the number and the outlet.

/** `npm run simulate -- fleet`: runs until stopped. @throws Error with the option's name when one is wrong */
export async function runFleet(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options })
  const fleet = fleetOf(values)
  if (values.cloud !== undefined) await addTo(values.cloud, values, fleet)
  const speed = numberOf('speed', values.speed, 0.1, 3_600)
  for (const { station } of fleet) {
    station.switchOn()
    station.run(speed)
  }
  const stop = drive(fleet, { speed, chance: chanceOf(numberOf('seed', values.seed, 0, 2 ** 32)) })
  const saying = setInterval(() => console.log(sentence(fleet)), sayEveryMs)
  await interrupted()
  clearInterval(saying)
  stop()
  await Promise.all(fleet.map(({ station }) => station.close()))
}

type Member = { readonly station: ChargePoint; readonly cards: readonly string[] }

function fleetOf(values: Values): readonly Member[] {
  const { prefix, state } = values
  if (!new RegExp(`^[A-Za-z0-9_.-]{1,${longestPrefix}}$`).test(prefix))
    throw new Error(
      `--prefix: 1 to ${longestPrefix} letters, digits, dots, dashes or underlines, not "${prefix}"`
    )
  if (state !== undefined) mkdirSync(state, { recursive: true })
  const outlets = numberOf('outlets', values.outlets, 1, 9)
  const temper = temperBy(values.temper, chanceOf(numberOf('seed', values.seed, 0, 2 ** 32)).fork('temper'))
  return Array.from({ length: numberOf('count', values.count, 1, 5_000) }, (_, index) => {
    const identity = `${prefix}-${String(index + 1).padStart(4, '0')}`
    const station = openChargePoint({
      url: values.url,
      identity,
      password: passwordOf(values),
      outlets: Array.from({ length: outlets }, () => ({ maxMilliA: 32_000, phases: 3 })),
      temper: temper(),
      stateFile: state === undefined ? null : path.join(state, `${identity}.json`),
      configuration: { MeterValueSampleInterval: String(numberOf('sample-s', values['sample-s'], 1, 3_600)) }
    })
    return {
      station,
      cards: station.outlets().map(({ number }) => values.tag ?? `${identity}-${number}`)
    }
  })
}

const passwordOf = ({ password, cloud }: Values): string | null =>
  password ?? (cloud === undefined ? null : usualPassword)

function temperBy(name: string, chance: Chance): () => Temper {
  const [first, ...others] = Object.values(tempers)
  if (name === 'mixed' && first !== undefined) return () => chance.pick([first, ...others])
  if (!isTemperName(name))
    throw new Error(`--temper: one of ${Object.keys(tempers).join(', ')}, mixed, not "${name}"`)
  return () => tempers[name]
}

async function addTo(cloud: string, values: Values, fleet: readonly Member[]): Promise<void> {
  const api = await signIn(cloud, values.email, process.env['NOVA_PASSWORD'] ?? 'nova-demo')
  const cards = [...new Set(fleet.flatMap((each) => each.cards))]
  const added = await enrol(api, {
    siteId: values.site,
    password: passwordOf(values) ?? usualPassword,
    chargers: fleet.map(({ station }) => ({
      identity: station.identity,
      outlets: station.outlets().length
    })),
    cards
  })
  const isAll = added.chargers === fleet.length && added.cards === cards.length
  const others = isAll ? '' : ', the others were there'
  console.log(`${values.site}: ${added.chargers} charge points and ${added.cards} cards added${others}`)
}

/** Drivers live by the stations' time: once in a station's second each has a look. @returns stop */
function drive(fleet: readonly Member[], { speed, chance }: { speed: number; chance: Chance }): () => void {
  const begun = performance.now()
  const nowS = (): number => ((performance.now() - begun) * speed) / 1_000
  const drivers: readonly Traffic[] = fleet.flatMap(({ station, cards }) =>
    station
      .outlets()
      .map(({ number }, index) =>
        traffic(
          { station, number, card: cards[index] ?? '', parked: false },
          chance.fork(`${station.identity}/${number}`),
          nowS()
        )
      )
  )
  const turn = setInterval(
    () => drivers.forEach((driver) => driver.tick(nowS())),
    1_000 / Math.min(speed, 50)
  )
  return () => clearInterval(turn)
}

function sentence(fleet: readonly Member[]): string {
  const stations = fleet.map(({ station }) => station)
  const outlets = stations.flatMap((station) => station.outlets())
  const sum = (of: readonly number[]): number => of.reduce((all, each) => all + each, 0)
  const online = stations.filter((station) => station.isOnline())
  const why = new Set(stations.map((station) => station.whyOffline()).filter((reason) => reason !== null))
  const parts = [
    `${online.length} of ${stations.length} online${why.size > 0 ? ` (${[...why].slice(0, 3).join('; ')})` : ''}`,
    `${outlets.filter(({ idTag }) => idTag !== null).length} of ${outlets.length} in session`,
    `${(sum(outlets.map(({ powerW }) => powerW)) / 1_000).toFixed(1)} kW`,
    `${(sum(outlets.map(({ registerWh }) => registerWh)) / 1_000).toFixed(3)} kWh`,
    `${sum(stations.map((station) => station.backlog().waiting))} messages waiting`
  ]
  return parts.join(' · ')
}
