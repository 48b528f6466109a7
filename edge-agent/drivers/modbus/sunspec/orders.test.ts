import {
  blockOf,
  derControls,
  immediateControls,
  storage,
  valuesOf
} from '@nova/shared-protocol/codecs/sunspec'
import fc from 'fast-check'
import { test } from 'tap'
import type { Participant, ParticipantSetPoint } from '../../contract.ts'
import { bounded } from './bounded.ts'
import { holds, keepsTimer, type Control } from './control.ts'
import { controlOf } from './device.ts'
import { roles, type Said } from './roles.ts'

const ratingW = 10_000
const battery: Participant = {
  id: 'b',
  kind: 'battery',
  circuit: 'grid',
  phaseRotation: 'RST',
  rating: { leastW: -ratingW, mostW: ratingW },
  capacityWh: 20_000,
  minSocPercent: 10
}
const pv: Participant = { ...battery, id: 'p', kind: 'pv', rating: { leastW: -ratingW, mostW: 0 } }

/** A device as it comes, with one control model and one scale for its percentages. */
type Make = { readonly name: string; readonly participant: Participant; readonly registers: number[] }

const store = (scale: number): Make => ({
  name: `124 with scale ${scale}`,
  participant: battery,
  registers: blockOf(storage, {
    WChaMax: ratingW,
    WChaMax_SF: 0,
    StorCtl_Mod: 0,
    OutWRte: 100,
    InWRte: 100,
    InOutWRte_WinTms: 0,
    InOutWRte_RvrtTms: 0,
    InOutWRte_RmpTms: 0,
    ChaGriSet: 0,
    InOutWRte_SF: scale
  })
})
const limited = (scale: number): Make => ({
  name: `123 with scale ${scale}`,
  participant: pv,
  registers: blockOf(immediateControls, {
    WMaxLimPct: 100,
    WMaxLimPct_RvrtTms: 0,
    WMaxLim_Ena: 0,
    WMaxLimPct_SF: scale
  })
})
const der = (participant: Participant, scale: number): Make => ({
  name: `704 with scale ${scale} of a ${participant.kind}`,
  participant,
  registers: blockOf(derControls, {
    WMaxLimPctEna: 0,
    WMaxLimPct: 100,
    WMaxLimPctRvrt: 100,
    WMaxLimPctEnaRvrt: 0,
    WMaxLimPctRvrtTms: 0,
    WSetEna: 0,
    WSetMod: 1,
    WSet: 0,
    WSetRvrt: 0,
    WSetEnaRvrt: 0,
    WSetRvrtTms: 0,
    WMaxLimPct_SF: scale,
    WSet_SF: 0
  })
})
const makes: readonly Make[] = [store(0), store(-2), limited(0), limited(-2), der(pv, -1), der(battery, 0)]

const roleOf = ({ name }: Make) =>
  name.startsWith('124') ? 'storage' : name.startsWith('123') ? 'immediateControls' : 'derControls'
const saidBy = (make: Make): Said => ({ [roleOf(make)]: valuesOf(roles[roleOf(make)], make.registers) })

function met(make: Make): Control {
  const control = controlOf(saidBy(make), make.participant)
  if (control === null) throw new Error(`${make.name} takes no set-points`)
  return control
}

/** Writes into the registers, as the device would keep them. */
function told(make: Make, control: Control, point: ParticipantSetPoint) {
  const after = { ...make, registers: [...make.registers] }
  const steps = control.steps(point, saidBy(make))
  for (const { writes } of steps ?? [])
    for (const { at, values } of writes) after.registers.splice(at, values.length, ...values)
  return { steps, said: saidBy(after) }
}

const watts = fc.integer({ min: -ratingW, max: ratingW })
const bound = fc.option(fc.nat(ratingW))
const anyPoint: fc.Arbitrary<ParticipantSetPoint> = fc.integer({ min: 1, max: 60_000 }).chain((reversionS) =>
  fc.oneof(
    watts.map((powerW) => ({ kind: 'power' as const, powerW, reversionS })),
    fc
      .tuple(bound, bound)
      .map(([importW, exportW]) => ({ kind: 'limits' as const, importW, exportW, reversionS }))
  )
)

/** In W: what a percent of the make's scale is worth. */
const stepW = ({ name }: Make): number => (ratingW / 100) * 10 ** Number(/scale (-?\d)/.exec(name)?.[1]) + 1

const isFree = ({ participant }: Make, point: ParticipantSetPoint): boolean =>
  point.kind === 'limits' && point.exportW === null && (participant.kind === 'pv' || point.importW === null)

/** Equal to a step of the scale, and on the side that is nearer to 0; null only for null. */
const near = (found: number | null, wanted: number | null, step: number): boolean =>
  found === null || wanted === null
    ? found === wanted
    : Math.abs(found) <= Math.abs(wanted) + 0.01 && Math.abs(found - wanted) <= step

/** Limits of 0 and 0 are a power of 0; a bound of charging is not said to what takes none. */
function isAsTight(shown: ParticipantSetPoint, said: ParticipantSetPoint, step: number): boolean {
  if (said.kind === 'power') return shown.kind === 'power' && near(shown.powerW, said.powerW, step)
  if (shown.kind === 'power') return near(shown.powerW, said.importW, step) && near(0, said.exportW, step)
  return (
    near(shown.exportW, said.exportW, step) &&
    (shown.importW === null || near(shown.importW, said.importW, step))
  )
}

for (const make of makes)
  void test(`${make.name}: whatever is said to it is found in it, with its timer, and never more than was said`, async (t) => {
    const control = met(make)
    fc.assert(
      fc.property(anyPoint, (point) => {
        const { steps, said } = told(make, control, point)
        if (steps === null)
          return point.kind === 'power' ? !control.abilities.follows.includes('power') : true
        const shown = control.inForce(said)
        if (!steps.every((step) => holds(step, said) && keepsTimer(step, said))) return false
        if (shown === null) return point.kind === 'limits' && isFree(make, point)
        return shown.reversionS === point.reversionS && isAsTight(shown, point, stepW(make))
      })
    )
    t.pass()
  })

void test('a value that the device has not taken, or changed by itself, does not hold', async (t) => {
  const make = store(-2)
  const control = met(make)
  const { steps, said } = told(make, control, { kind: 'power', powerW: 5000, reversionS: 30 })
  const [step] = steps ?? []
  if (step === undefined) throw new Error('no step')
  t.ok(holds(step, said))
  for (const [at, value] of [
    [5, 0],
    [5, 1],
    [12, 0],
    [13, 5002],
    [13, 4900],
    [13, 0xffff],
    [17, 0]
  ] as const) {
    // prettier-ignore
    const changed = { ...make, registers: [...make.registers] }
    for (const { at: from, values } of step.writes) changed.registers.splice(from, values.length, ...values)
    changed.registers[at] = value
    t.notOk(holds(step, saidBy(changed)), `register ${at} is ${value}`)
  }
  t.notOk(holds(step, {}))
  t.notOk(keepsTimer(step, saidBy(make)), 'the timer still shows 0')
})

void test('a device that keeps whole percents holds what it rounded toward 0', async (t) => {
  const make = store(-2)
  const { steps } = told(make, met(make), { kind: 'power', powerW: 5050, reversionS: 30 })
  const [step] = steps ?? []
  if (step === undefined) throw new Error('no step')
  const keeps = (percent: number): Said => {
    const registers = [...make.registers]
    for (const { at, values } of step.writes) registers.splice(at, values.length, ...values)
    registers[12] = 0x1_0000 - percent * 100
    registers[13] = percent * 100
    return saidBy({ ...make, registers })
  }
  t.ok(holds(step, keeps(50)))
  t.notOk(holds(step, keeps(51)), 'rounded up is more than was said')
  t.notOk(holds(step, keeps(49)))
})

void test('without a timer, reversion values or ChaGriSet the rest is said all the same', async (t) => {
  const bare = (make: Make, missing: readonly number[]): Make => {
    const registers = [...make.registers]
    for (const at of missing) registers[at] = 0xffff
    return { ...make, registers }
  }
  const make = bare(store(0), [14, 15, 16, 17])
  const control = met(make)
  t.equal(control.abilities.reversion, null)
  const { steps, said } = told(make, control, { kind: 'limits', importW: 3000, exportW: 0, reversionS: 30 })
  t.strictSame(steps?.[0]?.writes, [
    { at: 12, values: [0, 30] },
    { at: 5, values: [3] }
  ])
  t.match(control.inForce(said), { importW: 3000, exportW: 0 })
  const plain = bare(der(battery, 0), [26, 30]) // WSetRvrt has two words: 0xffff0000 is a value, EnaRvrt is missing.
  t.strictSame(met(plain).abilities.afterReversion, battery.rating)
})

void test('a device without a model for it takes no set-points', async (t) => {
  t.equal(controlOf({}, battery), null)
  t.equal(controlOf(saidBy(limited(0)), battery), null)
  t.equal(controlOf(saidBy(store(0)), pv), null)
})

const abilities = { follows: ['power', 'limits'] as const, reversion: { leastS: 1, mostS: 65_534 }, afterReversion: pv.rating } // prettier-ignore

void test('whatever is asked, what goes out lies within the rating and above the reserve, or is refused', async (t) => {
  const anything = fc.oneof(
    fc.double(),
    fc.integer({ min: -99_999, max: 99_999 }),
    fc.constantFrom(NaN, Infinity)
  )
  const wild: fc.Arbitrary<ParticipantSetPoint> = fc
    .tuple(anything, fc.option(anything), fc.option(anything))
    .chain(([reversionS, a, b]) =>
      fc.constantFrom<ParticipantSetPoint>(
        { kind: 'power', powerW: a ?? 0, reversionS },
        { kind: 'limits', importW: a, exportW: b, reversionS }
      )
    )
  const soc = fc.option(fc.integer({ min: 0, max: 100 }))
  fc.assert(
    fc.property(wild, soc, (point, percent) => {
      const result = bounded(point, { participant: battery, abilities }, percent)
      return !result.ok || isWithin(result.point, percent !== null && percent > 10)
    }),
    { numRuns: 500 }
  )
  t.pass()
})

function isWithin(out: ParticipantSetPoint, mayGive: boolean): boolean {
  if (!Number.isInteger(out.reversionS) || out.reversionS < 1 || out.reversionS > 65_534) return false
  if (out.kind === 'power') return out.powerW <= ratingW && out.powerW >= (mayGive ? -ratingW : 0)
  const fits = (each: number | null) => each === null || (each >= 0 && each <= ratingW)
  return fits(out.importW) && fits(out.exportW) && (mayGive || out.exportW === 0)
}
