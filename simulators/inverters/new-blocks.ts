import { blockOf, derControls, immediateControls, storage } from '@nova/shared-protocol/codecs/sunspec'

/** A control model as it comes from the factory: all there, nothing switched on. */
export function newBlock(id: number, ratingW: number): number[] {
  if (id === 123) return blockOf(immediateControls, immediate)
  if (id === 124) return blockOf(storage, { ...store, WChaMax: ratingW })
  return blockOf(derControls, der)
}

const immediate = {
  Conn_WinTms: 0,
  Conn_RvrtTms: 0,
  Conn: 1,
  WMaxLimPct: 100,
  WMaxLimPct_WinTms: 0,
  WMaxLimPct_RvrtTms: 0,
  WMaxLimPct_RmpTms: 0,
  WMaxLim_Ena: 0,
  WMaxLimPct_SF: -2
}

const store = {
  StorCtl_Mod: 0,
  OutWRte: 100,
  InWRte: 100,
  InOutWRte_WinTms: 0,
  InOutWRte_RvrtTms: 0,
  InOutWRte_RmpTms: 0,
  ChaGriSet: 0,
  WChaMax_SF: 0,
  ChaState_SF: -2,
  InOutWRte_SF: -2
}

const der = {
  WMaxLimPctEna: 0,
  WMaxLimPct: 100,
  WMaxLimPctRvrt: 100,
  WMaxLimPctEnaRvrt: 0,
  WMaxLimPctRvrtTms: 0,
  WMaxLimPctRvrtRem: 0,
  WSetEna: 0,
  WSetMod: 1,
  WSet: 0,
  WSetRvrt: 0,
  WSetEnaRvrt: 0,
  WSetRvrtTms: 0,
  WSetRvrtRem: 0,
  WMaxLimPct_SF: -1,
  WSet_SF: 0
}
