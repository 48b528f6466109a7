import { difference, exact, shifted, written, type Exact } from './decimal.ts'
import type { Clock, SignedReading } from './reading.ts'
import type { SignedRecord } from './record.ts'

/** Why signed readings prove no energy; a closed list. */
export type ProofFault =
  | 'no-begin'
  | 'no-end'
  | 'other-meter'
  | 'other-register'
  | 'register-ambiguous'
  | 'status-not-good'
  | 'energy-flag'
  | 'clock-not-allowed'
  | 'unit-unknown'
  | 'value-not-readable'
  | 'end-before-begin'
  | 'register-backwards'

export type Proof =
  | {
      readonly ok: true
      readonly energyWh: string // Exact decimal.
      readonly beginAt: string | null
      readonly endAt: string | null
      readonly register: string | null
    }
  | { readonly ok: false; readonly fault: ProofFault }

const ends = new Set(['E', 'L', 'R', 'A', 'P'])
const shifts: Readonly<Record<string, number>> = { Wh: 0, kWh: 3, MWh: 6 }

/** Without a synchronised clock the energy is proven all the same; a market that bills time by it says so. */
export const anyKnownClock: readonly Clock[] = ['S', 'I', 'R']

type Placed = { readonly reading: SignedReading; readonly serial: string | null }

/**
 * Energy proven by genuine records of one session, in any order: from the first begin to the last end of the same
 * import register of the same meter.
 */
export function proofOf(records: readonly SignedRecord[], clocks = anyKnownClock): Proof {
  const placed = records.flatMap(({ readings, meterSerial, gatewaySerial }) =>
    readings.map((reading): Placed => ({ reading, serial: meterSerial || gatewaySerial }))
  )
  const counted = placed.filter(({ reading }) => isImport(reading))
  const begins = counted.filter(({ reading }) => reading.transaction === 'B')
  const begin = soleOf(begins)
  if (!begin) return refused(begins.length === 0 ? 'no-begin' : 'register-ambiguous')
  const finals = counted.filter(
    ({ reading }) => reading.transaction !== null && ends.has(reading.transaction)
  )
  const end = finals.findLast(({ reading }) => reading.register === begin.reading.register) ?? finals.at(-1)
  if (!end) return refused('no-end')
  const fault = faultOf(begin, end, clocks)
  return fault ? refused(fault) : between(begin.reading, end.reading)
}

const refused = (fault: ProofFault): Proof => ({ ok: false, fault })

/** Of several import registers the one of all tariffs (1.8.0) counts; parts alone would prove too little. */
function soleOf(begins: readonly Placed[]): Placed | undefined {
  const registers = new Set(begins.map(({ reading }) => reading.register))
  if (registers.size <= 1) return begins[0]
  const whole = begins.filter(({ reading }) => /8\.0*(0|e)(?:$|[.*])/i.test(reading.register ?? ''))
  return new Set(whole.map(({ reading }) => reading.register)).size === 1 ? whole[0] : undefined
}

/** Quantity C.D of the OBIS code is import energy (1.8, compensated 98.8); a bare code says nothing else. */
function isImport({ register }: SignedReading): boolean {
  const quantity = /:0*(\d+)\.0*(\d+)/.exec(register ?? '')
  return !quantity || (quantity[2] === '8' && (quantity[1] === '1' || quantity[1] === '98'))
}

const fixed = ['register', 'unit', 'currentType'] as const

function faultOf(begin: Placed, end: Placed, clocks: readonly Clock[]): ProofFault | undefined {
  const both = [begin.reading, end.reading]
  const rules: readonly [isBroken: boolean, fault: ProofFault][] = [
    [begin.serial === null || begin.serial !== end.serial, 'other-meter'],
    [fixed.some((field) => begin.reading[field] !== end.reading[field]), 'other-register'],
    [both.some(({ status }) => status !== 'G'), 'status-not-good'],
    [both.some(({ errors }) => errors.includes('E')), 'energy-flag'],
    [both.some(({ clock }) => !clocks.includes(clock)), 'clock-not-allowed'],
    [isBefore(end.reading.at, begin.reading.at), 'end-before-begin']
  ]
  return rules.find(([isBroken]) => isBroken)?.[1]
}

const isBefore = (left: string | null, right: string | null): boolean =>
  left !== null && right !== null && left < right

function between(begin: SignedReading, end: SignedReading): Proof {
  const shift = shifts[begin.unit ?? '']
  if (shift === undefined) return refused('unit-unknown')
  const [from, to] = [wh(begin, shift), wh(end, shift)]
  if (!from || !to) return refused('value-not-readable')
  const energy = difference(from, to)
  if (energy.digits < 0n) return refused('register-backwards')
  const { at: beginAt, register } = begin
  return { ok: true, energyWh: written(energy), beginAt, endAt: end.at, register }
}

function wh({ value }: SignedReading, shift: number): Exact | undefined {
  const read = value === null ? undefined : exact(value)
  return read && shifted(read, shift)
}
