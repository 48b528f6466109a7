import { existsSync } from 'node:fs'
import { test } from 'tap'
import { activeSlot, allocate } from './allocate.ts'
import type { SlotShare } from './device.ts'
import { carriedOn, exhausted, milliseconds, readCases, sceneOf, type Limits } from './everest.suite.ts'
import type { PhaseState } from './phases.ts'

/** Where ours differs from theirs, and why; `npm run bench -- power` prints it beside the count. */
const explained = [
  'a share of 0 has no source there; here it names what binds, because a driver is owed the reason',
  'the source of a phase count is theirs only where the count is the most that the limits allow; otherwise ours says why it is fewer, and for feeding in it is what the contactors let through',
  'a total in watts stands there only when somebody limits watts; here always',
  'they stop after 100 rounds of slices (55.5 A, 50 kW); here sharing goes on until nobody gets more',
  'a frequency table without a measured frequency is passed over there; here nothing flows then',
  'they name the limit that was nearest when the last slice was bought; here what stopped the next one is named; where the names differ, both are counted afresh: ours has to leave nothing, and to share a name with theirs if that leaves nothing either',
  'currents are counted by phase here, as one sum there: a car on one phase makes no room on the others',
  'watts of a flow that nobody limits in watts are not counted there; here all are, drawn and fed in',
  'values are compared to the milliampere and the watt, which is finer than any set-point on a wire'
]

const folder = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/everest-energy`
const skip = existsSync(folder) ? false : `no test cases at ${folder}`
const cases = skip === false ? readCases(folder) : []

void test('the folder of energy-tree cases is there and has some', { skip }, async (t) => {
  t.ok(cases.length >= 11, `${cases.length} cases`)
})

for (const [at, each] of cases.entries())
  void test(`energy tree ${each.name}: ${each.description}`, async (t) => {
    if (at === 0) for (const words of explained) t.comment(`differs: ${words}`)
    let phases: ReadonlyMap<string, PhaseState> = new Map()
    for (const [run, startTime] of each.start_times.entries()) {
      const scene = sceneOf(each, startTime, phases)
      const shares = allocate(scene.nodes, scene.devices, scene.slotsMs, scene.terms)
      const expected = each.expected_results[run] ?? []
      t.equal(shares.length, expected.length, 'as many devices')
      expected.forEach((device, index) => {
        const slots = (shares[index] ?? []).map((share, slot) => ({
          ...share,
          spent: exhausted(scene, shares, { slot, index })
        }))
        t.equal(scene.devices[index]?.uuid, device.uuid)
        t.strictSame(
          slots.map(({ fromMs }) => fromMs),
          device.schedule.map(({ timestamp }) => milliseconds(timestamp)),
          'the same slots'
        )
        device.schedule.forEach(({ timestamp, limits_to_root }, slot) => {
          t.strictSame(
            toldLike(limits_to_root, slots[slot]!),
            told(limits_to_root),
            `run ${run} ${timestamp}`
          )
        })
        const now = slots[activeSlot(scene.slotsMs, scene.terms.nowMs)]
        t.strictSame(toldLike(device.limits_root_side, now!), told(device.limits_root_side), `run ${run} now`)
      })
      phases = carriedOn(scene, shares)
    }
  })

type Told = Readonly<Record<string, number | string>>

const whole = (value: number): number => Math.round(value) + 0

type Said = { readonly value: number; readonly source: string }
const unsaid: Said = { value: NaN, source: '' }

const told = (limits: Limits): Told =>
  inWords(limits, {
    amps: limits.ac_max_current_A ?? unsaid,
    watts: limits.total_power_W ?? unsaid,
    phases: limits.ac_max_phase_count ?? unsaid
  })

type Counted = SlotShare & { readonly spent: ReadonlySet<string> }

/** Theirs are 32-bit numbers: within a milliampere or a watt ours count as the same. */
const toldLike = (limits: Limits, share: Counted): Told =>
  inWords(limits, {
    amps: {
      value: same((share.milliA ?? NaN) / 1000, limits.ac_max_current_A?.value, 0.001),
      source: named(limits.ac_max_current_A?.source ?? '', share)
    },
    watts: { value: same(share.watts, limits.total_power_W?.value, 1), source: '' },
    phases: { value: share.phases, source: share.phasesBecause.join(',') }
  })

/** Theirs, where ours is all spent and shares a name with it, or nothing of theirs is spent. */
function named(theirs: string, { because, spent }: Counted): string {
  const names = theirs.split(',')
  const right = because.every((name) => spent.has(name))
  const alike = names.some((name) => because.includes(name)) || !names.some((name) => spent.has(name))
  return right && alike ? theirs : because.join(',')
}

const same = (ours: number, theirs: number | undefined, within: number): number =>
  theirs !== undefined && Math.abs(ours - theirs) <= within ? theirs : ours

const inWords = (
  limits: Limits,
  say: { readonly amps: Said; readonly watts: Said; readonly phases: Said }
): Told =>
  only(limits, {
    milliA: whole(say.amps.value * 1000),
    source: say.amps.source,
    watts: whole(say.watts.value),
    phases: say.phases.value,
    phasesSource: say.phases.source
  })

/** What the case has something to say about. */
function only(
  { ac_max_current_A: amps, total_power_W, ac_max_phase_count: phases }: Limits,
  all: Told
): Told {
  const isMost = phases !== undefined && phases.value > 1 && (amps?.value ?? 0) > 0
  const said: Readonly<Record<string, boolean>> = {
    milliA: amps !== undefined,
    source: amps !== undefined && amps.source !== '',
    watts: total_power_W !== undefined && (total_power_W.value !== 0 || (amps?.value ?? 0) === 0),
    phases: phases !== undefined,
    phasesSource: isMost
  }
  return Object.fromEntries(Object.entries(all).filter(([key]) => said[key]))
}
