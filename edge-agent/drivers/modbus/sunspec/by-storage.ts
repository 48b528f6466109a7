import { storage, writesOf, type Values } from '@nova/shared-protocol/codecs/sunspec'
import type { ParticipantSetPoint, PowerRange } from '../../contract.ts'
import { percent, present, timer, type Control } from './control.ts'
import type { Said } from './roles.ts'

const boundCharge = 1 // StorCtl_Mod, bit 0: InWRte holds.
const boundDischarge = 2 // Bit 1: OutWRte holds.
const fromGrid = 1 // ChaGriSet: otherwise it charges from its own panels only.

/** What InWRte and OutWRte are percentages of, in W. */
export function storageBases(
  said: Said,
  rating: PowerRange
): { readonly inW: number; readonly outW: number } {
  const inW = said.storage?.WChaMax ?? said.nameplate?.MaxChaRte ?? rating.mostW
  return { inW, outW: said.nameplate?.MaxDisChaRte ?? said.storage?.WChaMax ?? -rating.leastW }
}

/**
 * A battery's bounds by model 124: the charging rate lies between −OutWRte and InWRte. A negative bound is a
 * demand, so that a power is held by two bounds that meet. When its timer has run out the device does as it likes.
 */
export function byStorage(first: Said, rating: PowerRange): Control | null {
  if (first.storage === undefined || first.storage.StorCtl_Mod === null) return null
  const bases = storageBases(first, rating)
  return {
    role: 'storage',
    abilities: {
      follows: ['power', 'limits'],
      reversion: timer(first.storage.InOutWRte_RvrtTms),
      afterReversion: rating
    },
    steps: (point, said) => {
      const known = said.storage
      if (known === undefined) return null
      const mode = modeOf(point)
      const wanted = mode === 0 ? { StorCtl_Mod: 0 } : { ...rates(point, bases), StorCtl_Mod: mode }
      const there = present(wanted, known)
      return [{ role: 'storage', wanted: there, writes: writesOf(storage, there, known) }]
    },
    inForce: ({ storage: shown }) => (shown === undefined ? null : inForce(shown, bases))
  }
}

type Bases = ReturnType<typeof storageBases>

const modeOf = (point: ParticipantSetPoint): number =>
  point.kind === 'power'
    ? boundCharge + boundDischarge
    : (point.importW === null ? 0 : boundCharge) + (point.exportW === null ? 0 : boundDischarge)

function rates(point: ParticipantSetPoint, { inW, outW }: Bases) {
  const [most, least] =
    point.kind === 'power' ? [point.powerW, point.powerW] : [point.importW ?? inW, -(point.exportW ?? outW)]
  return {
    OutWRte: share(-least, outW),
    InWRte: share(most, inW),
    InOutWRte_WinTms: 0,
    InOutWRte_RvrtTms: point.reversionS,
    InOutWRte_RmpTms: 0,
    ChaGriSet: fromGrid
  }
}

const share = (watts: number, baseW: number): number => Math.sign(watts) * percent(Math.abs(watts), baseW) + 0

function inForce(shown: Values<typeof storage>, { inW, outW }: Bases): ParticipantSetPoint | null {
  const { StorCtl_Mod: mode, InWRte: most, OutWRte: least } = shown
  if (mode === null || mode === 0 || most === null || least === null) return null
  const reversionS = shown.InOutWRte_RvrtTms ?? 0
  const [importW, exportW] = [(most / 100) * inW, (least / 100) * outW]
  const stepW = (10 ** (shown.InOutWRte_SF ?? 0) / 100) * Math.max(inW, outW)
  const meet = mode === boundCharge + boundDischarge && Math.abs(importW + exportW) <= stepW
  return meet
    ? { kind: 'power', powerW: importW, reversionS }
    : { kind: 'limits', reversionS, ...boundsIn(mode, importW, exportW) }
}

/** A negative bound is a demand, of which this tells only that nothing goes the other way. */
const boundsIn = (mode: number, importW: number, exportW: number) => ({
  importW: (mode & boundCharge) === 0 ? null : Math.max(0, importW),
  exportW: (mode & boundDischarge) === 0 ? null : Math.max(0, exportW)
})
