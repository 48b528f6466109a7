import { mapTriple, phaseWise, type Cell, type Values } from './cell.ts'
import { nothing, type CompositePeriod, type Station, type Triple, type Unit } from './profile.ts'

export type Spoken = Omit<CompositePeriod, 'startS'>

/**
 * A cell in the unit asked for. Amperes are per phase and watts the total: A = W / (V · phases), unless the single
 * phases were named (2.1), then A = W / V each. Where no limit is said the gap's policy speaks.
 */
export function speak(cell: Cell, station: Station, unit: Unit): Spoken {
  const phases = cell.phases ?? station.phases
  const own = cell[unit]
  const other = inUnit(cell[unit === 'A' ? 'W' : 'A'], unit, phases, station.voltageV)
  const limit = phaseWise(Math.min)(own.limit, other.limit)
  return {
    limit: limit[0] === null ? filled(limit, station, unit) : limit,
    discharge: phaseWise(Math.max)(own.discharge, other.discharge),
    setpoint: phaseWise(Math.min)(own.setpoint, other.setpoint),
    phases: cell.phases,
    phaseToUse: cell.phaseToUse,
    by: binding(own, other, limit)
  }
}

function binding(own: Values, other: Values, limit: Triple): CompositePeriod['by'] {
  if (limit[0] === null) return own.by ?? other.by
  return own.limit[0] === limit[0] ? own.by : other.by
}

const filled = (limit: Triple, { gap }: Station, unit: Unit): Triple =>
  gap.kind === 'fill' ? [unit === 'A' ? gap.limitA : gap.limitW, limit[1], limit[2]] : limit

/** Amperes per phase as the watts of all, or the other way round; of single phases each for itself. */
export function inUnit(values: Values, unit: Unit, phases: number, voltageV: number): Values {
  const convert = (triple: Triple): Triple => {
    const factor = triple[1] === null || triple[2] === null ? voltageV * phases : voltageV
    return mapTriple(triple, (value) =>
      value === null ? null : unit === 'A' ? value / factor : value * factor
    )
  }
  const { limit, discharge, setpoint, by } = values
  return limit === nothing && discharge === nothing && setpoint === nothing
    ? values
    : { limit: convert(limit), discharge: convert(discharge), setpoint: convert(setpoint), by }
}

/** What counts as the same period: all that a charger would say, but not who says it. */
export const spoken = ({ limit, discharge, setpoint, phases, phaseToUse }: Spoken): string =>
  JSON.stringify([limit, discharge, setpoint, phases, phaseToUse])
