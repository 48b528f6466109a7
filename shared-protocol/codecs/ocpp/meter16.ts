import type { Reading } from '../../model/index.ts'
import { scaled } from './decimal.ts'
import { readInstant } from './instant.ts'

export type ReadMeter = { readonly readings: readonly Reading[]; readonly problems: readonly string[] }

type Sample = Readonly<Record<string, unknown>>
type Phase = 0 | 1 | 2
type Triple = [number | null, number | null, number | null]
type Sum = { total: number | null; phases: Triple | null }
/** What one meterValue has said so far; made into a Reading at its end. */
type Draft = {
  register: Sum
  registerRank: number
  power: Sum
  current: Sum
  offered: number | null
  voltage: Sum
  soc: number | null
  temperature: number | null
}

const maxValues = 2_000 // A long StopTransaction of 64 kB holds fewer; a bound all the same.

/**
 * `meterValue` of MeterValues or `transactionData` of StopTransaction (OCPP 1.6 §7.33). Energy in Wh, power in
 * W, current in mA; signed data and what the model does not know is left out. What cannot be read is left out,
 * never replaced, and named in `problems` when money depends on it. A value without a readable timestamp counts
 * from `heardAt`, which is such a problem.
 */
export function readMeter16(values: unknown, heardAt: string): ReadMeter {
  const problems: string[] = []
  const readings: Reading[] = []
  if (!Array.isArray(values)) return { readings, problems: ['meterValue is not a list'] }
  for (const value of values.slice(0, maxValues) as unknown[]) {
    const reading = readOne(value, heardAt, problems)
    if (reading) readings.push(reading)
  }
  if (values.length > maxValues) problems.push(`meterValue has ${values.length} entries`)
  return { readings, problems: problems.slice(0, 10) }
}

function readOne(value: unknown, heardAt: string, problems: string[]): Reading | null {
  if (typeof value !== 'object' || value === null) {
    problems.push('meterValue entry is not an object')
    return null
  }
  const { timestamp, sampledValue } = value as Sample
  const at = readInstant(timestamp)
  if (at === null) problems.push(`meterValue.timestamp is no instant: ${clip(timestamp)}`)
  // Some stations send the only sample without the list around it.
  const samples: readonly unknown[] = Array.isArray(sampledValue) ? sampledValue : [sampledValue]
  const draft = empty()
  for (const sample of samples) take(draft, sample, problems)
  return finished(draft, at ?? heardAt)
}

const empty = (): Draft => ({
  register: { total: null, phases: null },
  registerRank: 0,
  power: { total: null, phases: null },
  current: { total: null, phases: null },
  offered: null,
  voltage: { total: null, phases: null },
  soc: null,
  temperature: null
})

function take(draft: Draft, sample: unknown, problems: string[]): void {
  if (typeof sample !== 'object' || sample === null) {
    problems.push('sampledValue is not an object')
    return
  }
  const said = sample as Sample
  if (said['format'] === 'SignedData') return
  const measurand = said['measurand'] ?? 'Energy.Active.Import.Register' // §7.42: the default.
  const reader = typeof measurand === 'string' ? readers.get(measurand) : undefined
  if (!reader) return
  // Only the register is billed; a telemetry value that cannot be read is left out like one never sent.
  if (!reader(draft, said) && reader === takeRegister)
    problems.push(`${clip(measurand)}: ${clip(said['value'])} ${clip(said['unit'] ?? '')}`)
}

type Reader = (draft: Draft, sample: Sample) => boolean

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Energy.Active.Import.Register', takeRegister],
  [
    'Power.Active.Import',
    (draft, sample) => put(draft.power, sample, scaled(sample['value'], powerShift(sample)))
  ],
  ['Current.Import', (draft, sample) => put(draft.current, sample, scaled(sample['value'], 3))],
  ['Voltage', takeVoltage],
  ['Current.Offered', takeOffered],
  ['SoC', takeSoc],
  ['Temperature', takeTemperature]
])

const shiftOf = (unit: unknown, kilo: string): number => (unit === kilo ? 3 : 0)
const powerShift = (sample: Sample): number => shiftOf(sample['unit'], 'kW')

// §7.46: Wh when no unit is given. A register at the inlet also counts the station's own use: second choice.
function takeRegister(draft: Draft, sample: Sample): boolean {
  const unit = sample['unit'] ?? 'Wh'
  const value = unit === 'Wh' || unit === 'kWh' ? scaled(sample['value'], shiftOf(unit, 'kWh')) : null
  if (value === null) return false
  const rank = rankOf(sample)
  if (rank === 0 || rank < draft.registerRank) return true
  if (rank > draft.registerRank) draft.register = { total: null, phases: null }
  draft.registerRank = rank
  return put(draft.register, sample, value)
}

/** 0: another meter; then inlet, the begin of the transaction, anything else. */
function rankOf(sample: Sample): number {
  const location = sample['location'] ?? 'Outlet'
  if (location !== 'Outlet') return location === 'Inlet' ? 1 : 0
  return sample['context'] === 'Transaction.Begin' ? 2 : 3
}

function takeVoltage(draft: Draft, sample: Sample): boolean {
  const value = scaled(sample['value'], 1)
  // L1-L2 is a line-to-line voltage; the model holds phase to neutral.
  if (value !== null && lineToLine.has(sample['phase'])) return true
  return put(draft.voltage, sample, value === null ? null : value / 10)
}

function takeOffered(draft: Draft, sample: Sample): boolean {
  const value = scaled(sample['value'], 3)
  if (value === null) return false
  draft.offered = draft.offered === null ? value : Math.max(draft.offered, value)
  return true
}

function takeSoc(draft: Draft, sample: Sample): boolean {
  const tenths = scaled(sample['value'], 1)
  if (tenths === null || tenths < 0 || tenths > 1000) return false
  draft.soc = tenths / 10
  return true
}

function takeTemperature(draft: Draft, sample: Sample): boolean {
  const hundredths = scaled(sample['value'], 2)
  if (hundredths === null) return false
  const unit = sample['unit']
  const celsius =
    unit === 'K' ? hundredths - 27_315 : unit === 'Fahrenheit' ? ((hundredths - 3200) * 5) / 9 : hundredths
  draft.temperature = Math.round(celsius / 10) / 10
  return true
}

const lineToLine = new Set<unknown>(['L1-L2', 'L2-L3', 'L3-L1'])
const phaseIndex = new Map<unknown, Phase>([
  ['L1', 0],
  ['L2', 1],
  ['L3', 2],
  ['L1-N', 0],
  ['L2-N', 1],
  ['L3-N', 2]
])

function put(sum: Sum, sample: Sample, value: number | null): boolean {
  if (value === null) return false
  const phase = sample['phase']
  if (phase === undefined) {
    sum.total = value
    return true
  }
  const index = phaseIndex.get(phase)
  if (index === undefined) return true // Neutral or line to line: nothing the model keeps.
  sum.phases ??= [null, null, null]
  sum.phases[index] = value
  return true
}

function finished(draft: Draft, at: string): Reading | null {
  const made: Made = { at }
  set(made, 'registerWh', draft.register.total ?? registerSum(draft.register.phases))
  set(made, 'powerW', draft.power.total ?? sumOf(draft.power.phases))
  set(made, 'currentMilliA', plausible(tripleOf(draft.current, 0)))
  set(made, 'voltageV', tripleOf(draft.voltage, null))
  set(made, 'offeredMilliA', draft.offered)
  set(made, 'socPercent', draft.soc)
  set(made, 'temperatureC', draft.temperature)
  return Object.keys(made).length > 1 ? made : null
}

type Made = { -readonly [Key in keyof Reading]: Reading[Key] }

/** What is unknown is left out, never zero. */
function set<Key extends keyof Made>(made: Made, key: Key, value: Made[Key] | null): void {
  if (value !== null) made[key] = value
}

const plausible = (current: [number, number, number] | null) =>
  current?.every((each) => Math.abs(each) <= 10_000_000) ? current : null

const sumOf = (phases: Triple | null): number | null =>
  phases && phases.reduce<number>((all, each) => all + (each ?? 0), 0)

// Two of three phase registers are no total: better no register than a bill that lacks a third.
const registerSum = (phases: Triple | null): number | null =>
  phases && (phases.every((each) => each !== null) || (phases[1] === null && phases[2] === null))
    ? sumOf(phases)
    : null

/** A value without a phase stands for all three; a phase that is not named is `missing`, or as the first. */
function tripleOf({ total, phases }: Sum, missing: number | null): [number, number, number] | null {
  if (!phases) return total === null ? null : [total, total, total]
  const fill = missing ?? phases.find((each) => each !== null) ?? 0
  return [phases[0] ?? fill, phases[1] ?? fill, phases[2] ?? fill]
}

const clip = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).slice(0, 40).toWellFormed()
