import { connectorKey, type Reading } from '@nova/shared-protocol/model'
import type { ReadingsReport } from '../drivers/contract.ts'
import { count, logOnce, type Room } from './room.ts'

const powerTimes = 3 // A fuse carries more than its rating for seconds, but never this much.
const phaseTimes = 1.5 // All that a connector can carry on one phase, with room for a careless rating.
const usualV = 230 // Only to tell a lost decimal from a load.

/**
 * Readings without power and current that the connector cannot carry (a lost decimal, another unit, an attacker,
 * reliability O25): whoever believed them would shed the whole site for one of them. The register is judged by
 * the session; what is left out is named as a problem, so that the message is kept and a person looks.
 */
export function believable(room: Room, report: ReadingsReport): ReadingsReport {
  const ratingW = room.config.now.ratings.get(connectorKey(report))
  if (ratingW === undefined || !report.readings.some((reading) => isAbsurd(reading, ratingW))) return report
  count(room, 'reading-implausible')
  logOnce(room, `${connectorKey(report)} shows more than it can carry; not believed`, { ratingW })
  return {
    ...report,
    readings: report.readings.map((reading) =>
      isAbsurd(reading, ratingW) ? withoutPower(reading) : reading
    ),
    problems: [...report.problems, `power or current beyond what a connector of ${ratingW} W can carry`]
  }
}

function isAbsurd({ powerW = 0, currentMilliA, voltageV }: Reading, ratingW: number): boolean {
  if (Math.abs(powerW) > powerTimes * ratingW) return true
  if (currentMilliA === undefined) return false
  let sum = 0
  for (const [phase, milliA] of currentMilliA.entries()) {
    const watts = (Math.abs(milliA) * (voltageV?.[phase] ?? usualV)) / 1000
    if (watts > phaseTimes * ratingW) return true
    sum += watts
  }
  return sum > powerTimes * ratingW
}

const withoutPower = ({ powerW: _power, currentMilliA: _current, ...rest }: Reading): Reading => rest
