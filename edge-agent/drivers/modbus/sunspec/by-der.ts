import { derControls, writesOf } from '@nova/shared-protocol/codecs/sunspec'
import type { ParticipantSetPoint, PowerRange } from '../../contract.ts'
import { percent, present, timer, type Control, type Step } from './control.ts'
import type { Said } from './roles.ts'

const inWatts = 1 // WSetMod.

const capacityW = ({ derCapacity: capacity }: Said, rating: PowerRange): number =>
  capacity?.WMax ?? capacity?.WMaxRtg ?? -rating.leastW

/** An inverter's limit by model 704; after the timer the limit is off. */
export function byDerLimit(first: Said, rating: PowerRange): Control | null {
  const controls = first.derControls
  if (controls === undefined || controls.WMaxLimPctEna === null) return null
  const baseW = capacityW(first, rating)
  return {
    role: 'derControls',
    abilities: { follows: ['limits'], reversion: timer(controls.WMaxLimPctRvrtTms), afterReversion: rating },
    steps: (point, said) => {
      if (point.kind !== 'limits') return null
      return stepsOf(said, point.exportW === null ? { WMaxLimPctEna: 0 } : limit(point.exportW, baseW, point))
    },
    inForce: (said) => limitInForce(said, baseW)
  }
}

/**
 * A battery's power by model 704; after the timer it holds 0 W, where the device has reversion values. The
 * model has no bound of charging alone, so of limits only those of feeding in can be said.
 */
export function byDerPower(first: Said, rating: PowerRange): Control | null {
  const controls = first.derControls
  if (controls === undefined || controls.WSetEna === null || controls.WSet_SF === null) return null
  const baseW = capacityW(first, rating)
  const fallsToZero = controls.WSetRvrt !== null && controls.WSetEnaRvrt !== null
  return {
    role: 'derControls',
    abilities: {
      follows: ['power'],
      reversion: timer(controls.WSetRvrtTms),
      afterReversion: fallsToZero ? { leastW: 0, mostW: 0 } : rating
    },
    steps: (point, said) => {
      if (point.kind === 'power') return stepsOf(said, power(point))
      if (point.importW !== null) return null
      const bound = point.exportW === null ? { WMaxLimPctEna: 0 } : limit(point.exportW, baseW, point)
      return stepsOf(said, { WSetEna: 0 }, bound)
    },
    inForce: (said) => {
      const shown = said.derControls
      return shown?.WSetEna === 1 && shown.WSet !== null
        ? { kind: 'power', powerW: 0 - shown.WSet, reversionS: shown.WSetRvrtTms ?? 0 }
        : limitInForce(said, baseW)
    }
  }
}

/** Generation is positive in 70x, import with us. */
const power = ({ powerW, reversionS }: Extract<ParticipantSetPoint, { kind: 'power' }>) => ({
  WSetMod: inWatts,
  WSet: 0 - powerW,
  WSetRvrt: 0,
  WSetEnaRvrt: 1,
  WSetRvrtTms: reversionS,
  WSetEna: 1
})

const limit = (exportW: number, baseW: number, { reversionS }: ParticipantSetPoint) => ({
  WMaxLimPct: percent(exportW, baseW),
  WMaxLimPctRvrt: 100,
  WMaxLimPctEnaRvrt: 0,
  WMaxLimPctRvrtTms: reversionS,
  WMaxLimPctEna: 1
})

type Wanted = Partial<ReturnType<typeof power> & ReturnType<typeof limit>>

function stepsOf(said: Said, ...wishes: readonly Wanted[]): Step[] | null {
  const known = said.derControls
  if (known === undefined) return null
  return wishes.map((wish) => {
    const wanted = present(wish, known)
    return { role: 'derControls', wanted, writes: writesOf(derControls, wanted, known) }
  })
}

const limitInForce = ({ derControls: shown }: Said, baseW: number): ParticipantSetPoint | null =>
  shown?.WMaxLimPctEna === 1 && shown.WMaxLimPct !== null
    ? {
        kind: 'limits',
        importW: null,
        exportW: (shown.WMaxLimPct / 100) * baseW,
        reversionS: shown.WMaxLimPctRvrtTms ?? 0
      }
    : null
