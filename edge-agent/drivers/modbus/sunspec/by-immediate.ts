import { immediateControls, writesOf } from '@nova/shared-protocol/codecs/sunspec'
import type { PowerRange } from '../../contract.ts'
import { percent, present, timer, type Control } from './control.ts'
import type { Said } from './roles.ts'

/** What percentages of 123 are taken of; the rating when the device does not say it. */
export const feedBaseW = (said: Said, rating: PowerRange): number =>
  said.basicSettings?.WMax ?? said.nameplate?.WRtg ?? -rating.leastW

/** An inverter's limit by model 123, which the device drops when its timer has run out. */
export function byImmediateControls(first: Said, rating: PowerRange): Control | null {
  const controls = first.immediateControls
  if (controls === undefined || controls.WMaxLim_Ena === null) return null
  const baseW = feedBaseW(first, rating)
  return {
    role: 'immediateControls',
    abilities: { follows: ['limits'], reversion: timer(controls.WMaxLimPct_RvrtTms), afterReversion: rating },
    steps: (point, said) => {
      const known = said.immediateControls
      if (known === undefined || point.kind !== 'limits') return null
      const wanted =
        point.exportW === null
          ? { WMaxLim_Ena: 0 }
          : {
              WMaxLimPct: percent(point.exportW, baseW),
              WMaxLimPct_WinTms: 0,
              WMaxLimPct_RvrtTms: point.reversionS,
              WMaxLimPct_RmpTms: 0,
              WMaxLim_Ena: 1
            }
      const there = present(wanted, known)
      return [{ role: 'immediateControls', wanted: there, writes: writesOf(immediateControls, there, known) }]
    },
    inForce: ({ immediateControls: shown }) =>
      shown?.WMaxLim_Ena === 1 && shown.WMaxLimPct !== null
        ? {
            kind: 'limits',
            importW: null,
            exportW: (shown.WMaxLimPct / 100) * baseW,
            reversionS: shown.WMaxLimPct_RvrtTms ?? 0
          }
        : null
  }
}
