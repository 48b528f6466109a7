import { usualVehicle, type ChargePoint, type OutletView, type Vehicle } from '../chargers/index.ts'
import type { Chance } from '../world/chance.ts'

const firstCarWithinS = 40
const pauseS = { least: 20, most: 150 }
const stayS = { least: 120, most: 900 }
const walkS = 3 // From the phone to the plug.

/** What drivers do at one outlet: cars come, cards are swiped, cars leave. One call a second. */
export type Traffic = { tick(nowS: number): void }

export type Outlet = {
  readonly station: ChargePoint
  readonly number: number
  readonly card: string
  /** A parked outlet has a car that waits to be started from a phone; nobody swipes a card there. */
  readonly parked: boolean
}

/** Cars of several kinds: small and large batteries, one and three phases, 16 and 32 A. */
export function someVehicle(chance: Chance): Vehicle {
  const capacityWh = chance.pick([28_000, 40_000, 58_000, 77_000])
  const fullPercent = chance.between(10, 88)
  const phases = chance.happens(0.25) ? 1 : 3
  const maxMilliA = phases === 1 ? 32_000 : chance.pick([16_000, 16_000, 32_000])
  return {
    ...usualVehicle,
    capacityWh,
    storedWh: Math.round((capacityWh * fullPercent) / 100),
    phases,
    maxMilliA
  }
}

export function traffic(outlet: Outlet, chance: Chance, nowS: number): Traffic {
  return outlet.parked ? parkedCar(outlet, chance) : passingCars(outlet, chance, nowS)
}

const viewOf = ({ station, number }: Outlet): OutletView | undefined =>
  station.outlets().find((each) => each.number === number)

function passingCars(outlet: Outlet, chance: Chance, beginS: number): Traffic {
  const { station, number, card } = outlet
  let nextS = beginS + chance.between(0, firstCarWithinS)
  const walk = walker()
  return {
    tick: (nowS) => {
      const view = viewOf(outlet)
      if (!view || !station.isOnline()) return
      if (walk(view, nowS) || isLeftBehind(view)) {
        station.plugIn(number, someVehicle(chance))
        nextS = nowS + chance.between(stayS.least, stayS.most)
      } else if (nowS >= nextS) nextS = nowS + nextStep(view)
    }
  }

  /** The car leaves, or another one comes and its driver shows the card. @returns seconds until the next step */
  function nextStep(view: OutletView): number {
    if (view.plugged) {
      station.unplug(number)
      return chance.between(pauseS.least, pauseS.most)
    }
    if (view.status !== 'Available') return 1
    station.plugIn(number, someVehicle(chance))
    void station.swipe(number, card)
    return chance.between(stayS.least, stayS.most)
  }
}

/** A session from before the demo was stopped goes on: the station remembers it, and its car stands there again. */
const isLeftBehind = ({ plugged, idTag }: OutletView): boolean => !plugged && idTag !== null

/** Somebody has started an empty outlet from a phone and walks to the plug. True when they are there. */
function walker(): (view: OutletView, nowS: number) => boolean {
  let sinceS: number | undefined
  return (view, nowS) => {
    const isWaiting = !view.plugged && view.status === 'Preparing'
    sinceS = isWaiting ? (sinceS ?? nowS) : undefined
    return sinceS !== undefined && nowS - sinceS >= walkS
  }
}

/** Plugged in from the start; after each session another car takes the place. */
function parkedCar(outlet: Outlet, chance: Chance): Traffic {
  const { station, number } = outlet
  return {
    tick: () => {
      const view = viewOf(outlet)
      if (!view || !station.isOnline()) return
      if (isLeftBehind(view) || (!view.plugged && view.status === 'Available'))
        station.plugIn(number, someVehicle(chance))
      else if (view.plugged && view.status === 'Finishing') station.unplug(number)
    }
  }
}
