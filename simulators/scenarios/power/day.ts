import { openControlLoop, type ControlLoop } from '@nova/edge-agent/power'
import { dawn, type Day, type DayPlan } from './dawn.ts'
import { report } from './hearing.ts'
import { judgeOf } from './judge.ts'
import { freshVerdict, type Verdict } from './verdict.ts'
import { needsOf } from './needs.ts'
import { leadParts } from './parts/index.ts'
import { cut, step } from './pile.ts'
import { without } from './sabotage.ts'

/** A simulated day: the real loop and core, simulated time, chargers, meter, cloud and limits. */
export async function runDay(plan: DayPlan): Promise<{ readonly verdict: Verdict; readonly day: Day }> {
  const day = dawn(plan)
  const verdict = freshVerdict()
  const judge = judgeOf(verdict, day)
  const { clock, piles } = day
  for (let second = 0; second < plan.seconds; second++) {
    const nowMs = clock.monotonicMs()
    day.troubles.now()
    for (const pile of piles) {
      if (nowMs >= pile.dueMs) step(pile, nowMs)
      report(pile, nowMs)
    }
    day.roof.step(nowMs)
    if (day.loop === null || day.troubles.edgeDown) await liveOrDie(day)
    judge()
    plan.watch?.(day, second)
    await clock.turn(1000)
  }
  await day.loop?.stop()
  verdict.wantedWh = wantedWh(day, plan)
  verdict.liarDayWh = verdict.liarWh
  return { verdict, day }
}

/** A killed edge says no goodbye: lines break, and come back some time after it is up again. */
async function liveOrDie(day: Day): Promise<void> {
  if (day.troubles.edgeDown && day.loop !== null) {
    await day.loop.stop()
    day.loop = null
  }
  if (day.troubles.edgeDown) for (const pile of day.piles) cut(pile, pile.chance.between(2, 30) * 1000)
  else day.loop ??= openEdge(day)
}

/** The loop, and the participants that it counts, where there are any. */
function openEdge(day: Day): ControlLoop {
  const { clock, roof, meter, books, troubles } = day
  const late: { loop: ControlLoop | null } = { loop: null }
  const { parts: devices, wish } = roof
  const site = () => troubles.site()
  const parts = leadParts({
    clock,
    parts: devices,
    meter,
    wish,
    books,
    site,
    loop: () => late.loop,
    isFeedInLimited: day.rule !== 'feed-in limited'
  })
  const needs = day.rule === null ? needsOf(day) : without(day.rule, needsOf(day))
  if (parts === null) return openControlLoop(needs)
  const beyondMeter = () => parts.beyondMeter()
  const loop = openControlLoop({
    ...needs,
    beyondMeter,
    devices: () => parts.show(),
    caps: () => parts.sunCaps()
  })
  late.loop = loop
  return {
    ...loop,
    stop: async () => {
      parts.stop()
      await loop.stop()
    }
  }
}

/** No more than the charger could give in the stay. */
function wantedWh({ piles }: Day, { seconds }: DayPlan): number {
  return piles.reduce((sum, { visits, ratingMilliA, phases, voltageV }) => {
    const mostW = (ratingMilliA * phases.length * voltageV) / 1000
    const wants = visits.map(({ fromS, toS, energyWh }) =>
      Math.min(energyWh, (mostW * Math.max(0, Math.min(toS, seconds) - fromS)) / 3600)
    )
    return sum + wants.reduce((all, each) => all + each, 0)
  }, 0)
}
