/** What a simulated day came to. `overWh` must be 0. */
export type Verdict = {
  overWh: number // Energy above the effective limit after the ramp allowance.
  worstOverW: number
  worstAt: string
  exportOverWh: number // The same for what is fed in, above any word on it.
  // Both under a meter of the wrong scale or sign at a site that can feed in: within the time in which it has to be found, or
  // when the edge began under it.
  misledWh: number
  exportMisledWh: number
  worstExportW: number
  worstExportAt: string
  liarWh: number // What liars drew above their limit.
  liarDayWh: number // The most of it in one day: the bound.
  deliveredWh: number
  wantedWh: number // What the cars of the day came for.
  // Longest that one drew more than told by more than 1.5 A and a tenth, from when the edge could know: its yes to the set-point has
  // come back, and a reading that shows it has arrived (5 s after a set-point that fell, IEC 61851-1; readings come each 5 to 10 s).
  longestLieS: number
  containedS: number // Longest from a liar's first ampere too much above a limit, on what it draws from, until that held again; where a meter looks.
  feederContainedS: number // The same on feeders without one: only the charger's own meter tells, each 5 to 10 s.
  refusedS: number // Longest from a car's coming to a pile that takes no limit until the limit held again: stopped, not led.
  unseenSeconds: number // A liar held a feeder without a meter above its fuse: nobody can see it.
  meterLostS: number // Longest from a meter's silence until the edge said so.
  outOfReachSeconds: number // What nobody could change flowed above the limit.
  missingSeconds: number // The edge said that the limit was out of reach.
  misledSeconds: number // Of these, while the site's meter failed and nothing else explains it.
  falseAlarmSeconds: number // It said so, and what nobody can change could not have drawn that much.
}

export const freshVerdict = (): Verdict => ({
  overWh: 0,
  worstOverW: 0,
  worstAt: '',
  exportOverWh: 0,
  misledWh: 0,
  exportMisledWh: 0,
  worstExportW: 0,
  worstExportAt: '',
  liarWh: 0,
  liarDayWh: 0,
  deliveredWh: 0,
  wantedWh: 0,
  longestLieS: 0,
  containedS: 0,
  feederContainedS: 0,
  refusedS: 0,
  unseenSeconds: 0,
  meterLostS: 0,
  outOfReachSeconds: 0,
  missingSeconds: 0,
  misledSeconds: 0,
  falseAlarmSeconds: 0
})
