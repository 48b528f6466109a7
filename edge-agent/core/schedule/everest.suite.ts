import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { PerPhase } from '@nova/shared-protocol/units'
import { activeSlot } from './allocate.ts'
import type { Device, SlotShare, Terms } from './device.ts'
import {
  samePhases,
  silent,
  type Bound,
  type Gate,
  type GateNode,
  type SetPoint,
  type Side
} from './gates.ts'
import { book, boundBy, headroom, ledgerOf, pathsOf } from './ledger.ts'
import { begun, found, type Phases, type PhaseState, type Switching } from './phases.ts'

// EVerest's energy-tree cases, put into our own words. Nothing outside the tests knows their form.
const numbered = z.object({ value: z.number(), source: z.string().default('') })
const Limits = z.object({
  ac_max_current_A: numbered.optional(),
  ac_min_current_A: numbered.optional(),
  ac_max_phase_count: numbered.optional(),
  ac_min_phase_count: numbered.optional(),
  total_power_W: numbered.optional(),
  ac_number_of_active_phases: z.number().optional()
})
const Entry = z.object({
  timestamp: z.string(),
  limits_to_leaves: Limits.default({}),
  limits_to_root: Limits.default({}),
  conversion_efficiency: z.number().optional()
})
const Point = z.object({
  timestamp: z.string(),
  setpoint: z
    .object({
      source: z.string().default(''),
      ac_current_A: z.number().optional(),
      total_power_W: z.number().optional(),
      frequency_table: z.array(z.object({ frequency_Hz: z.number(), total_power_W: z.number() })).optional()
    })
    .optional()
})
const Usage = z.object({ frequency_Hz: z.object({ L1: z.number() }).optional() })
const Request = z.object({
  uuid: z.string(),
  node_type: z.string(),
  evse_state: z.string().optional(),
  schedule_import: z.array(Entry).default([]),
  schedule_export: z.array(Entry).default([]),
  schedule_setpoints: z.array(Point).default([]),
  energy_usage_root: Usage.optional(),
  energy_usage_leaves: Usage.optional(),
  get children() {
    return z.array(Request)
  }
})
type Request = z.infer<typeof Request>
const Enforced = z.object({
  uuid: z.string(),
  limits_root_side: Limits,
  schedule: z.array(z.object({ timestamp: z.string(), limits_to_root: Limits }))
})
export type Limits = z.infer<typeof Limits>
const Case = z.object({
  description: z.string().default(''),
  start_times: z.array(z.string()),
  config: z.object({
    nominal_ac_voltage: z.number(),
    schedule_interval_duration: z.number(),
    schedule_total_duration: z.number(),
    slice_ampere: z.number(),
    slice_watt: z.number(),
    switch_3ph1ph_while_charging_mode: z.enum(['Never', 'Oneway', 'Both']),
    switch_3ph1ph_max_nr_of_switches_per_session: z.number(),
    switch_3ph1ph_switch_limit_stickyness: z.string(),
    switch_3ph1ph_power_hysteresis_W: z.number(),
    switch_3ph1ph_time_hysteresis_s: z.number()
  }),
  request: Request,
  expected_results: z.array(z.array(Enforced))
})
export type Case = z.infer<typeof Case> & { readonly name: string }

/** Every case in the folder, variations of a base case written out. */
export function readCases(folder: string): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({ name, ...Case.parse(patched(folder, name)) }))
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Patch = { readonly op: string; readonly path: string; readonly value?: Json }

/** `basefile` and `patches` (RFC 6902: add, replace, remove). */
function patched(folder: string, name: string): Json {
  const own = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Record<string, Json>
  if (typeof own['basefile'] !== 'string') return own
  const base = patched(folder, own['basefile'])
  for (const patch of own['patches'] as unknown as readonly Patch[]) apply(base, patch)
  return { ...(base as Record<string, Json>), description: own['description'] ?? '' }
}

function apply(document: Json, { op, path, value = null }: Patch): void {
  const steps = path.split('/').slice(1)
  const last = steps.pop() ?? ''
  const parent = steps.reduce<Json>((at, step) => (at as Record<string, Json>)[step] ?? null, document)
  if (Array.isArray(parent)) inArray(parent, op, last === '-' ? parent.length : Number(last), value)
  else if (op === 'remove') delete (parent as Record<string, Json>)[last]
  else (parent as Record<string, Json>)[last] = value
}

function inArray(array: Json[], op: string, index: number, value: Json): void {
  if (op === 'add') array.splice(index, 0, value)
  else if (op === 'remove') array.splice(index, 1)
  else array[index] = value
}

export const milliseconds = (timestamp: string): number => Temporal.Instant.from(timestamp).epochMilliseconds

export type Scene = {
  readonly nodes: readonly GateNode[]
  readonly devices: readonly (Device & { readonly uuid: string })[]
  readonly slotsMs: readonly number[]
  readonly terms: Terms
}

/** One run of a case. `before`: each device's phases as the run before left them. */
export function sceneOf(of: Case, startTime: string, before: ReadonlyMap<string, PhaseState>): Scene {
  const nowMs = milliseconds(startTime)
  const nodes: GateNode[] = []
  const devices: (Device & { uuid: string })[] = []
  const walk = (request: Request, parent: number | null): void => {
    const index = nodes.push(nodeOf(request, parent)) - 1
    if (request.node_type === 'Evse') {
      const switching = before.get(request.uuid) ?? stateOf(request, nowMs)
      devices.push({ uuid: request.uuid, node: index, phases: [0, 1, 2], switching })
    }
    for (const child of request.children) walk(child, index)
  }
  walk(of.request, null)
  const { config } = of
  const terms: Terms = {
    voltageV: config.nominal_ac_voltage,
    sliceMilliA: config.slice_ampere * 1000,
    sliceW: config.slice_watt,
    switching: switchingOf(config),
    nowMs
  }
  return { nodes, devices, slotsMs: slotsOf(of, nowMs), terms }
}

/** Whose limits leave a device nothing more in a slot, counted afresh from what all were given. */
export function exhausted(
  { nodes, devices, slotsMs }: Scene,
  shares: readonly (readonly SlotShare[])[],
  { slot, index }: { readonly slot: number; readonly index: number }
): ReadonlySet<string> {
  const ledger = ledgerOf(nodes, pathsOf(nodes), slotsMs[slot] ?? 0)
  const usedBy = (at: number): Device['phases'] => devices[at]!.phases.slice(0, shares[at]![slot]!.phases)
  devices.forEach(({ node }, at) => {
    const { milliA, watts } = shares[at]![slot]!
    book(ledger, node, usedBy(at), { milliA: milliA ?? 0, watts })
  })
  const flow = shares[index]![slot]!.watts < 0 ? 'exports' : 'imports'
  const { node } = devices[index]!
  const room = headroom(ledger, node, usedBy(index), flow)
  const names = boundBy(ledger, node, usedBy(index), flow)
  const used = (left: number | null, all: readonly string[]): readonly string[] =>
    (left ?? 1) < 1e-3 ? all : []
  return new Set([...used(room.milliA, names.amps), ...used(room.watts, names.watts)])
}

/** Each device's phases for the next run: when one phase was last the better choice. */
export const carriedOn = (
  { devices, slotsMs, terms }: Scene,
  shares: readonly (readonly SlotShare[])[]
): ReadonlyMap<string, PhaseState> =>
  new Map(
    devices.map(({ uuid, switching }, index) => {
      const share = shares[index]?.[activeSlot(slotsMs, terms.nowMs)]
      const below = share?.phasesBecause.some((each) => each.startsWith('below')) ?? false
      return [uuid, below ? { ...switching, oneBestMs: terms.nowMs } : switching]
    })
  )

/** Whole intervals from the one that runs now, and every instant at which anything in the tree changes. */
function slotsOf({ config, request }: Case, nowMs: number): number[] {
  const intervalMs = config.schedule_interval_duration * 60_000
  const count = Math.floor((config.schedule_total_duration * 3_600_000) / intervalMs)
  const slots = Array.from({ length: count }, (_, index) => nowMs - (nowMs % intervalMs) + index * intervalMs)
  const walk = (each: Request): void => {
    for (const series of [each.schedule_import, each.schedule_export, each.schedule_setpoints])
      slots.push(...series.map(({ timestamp }) => milliseconds(timestamp)))
    each.children.forEach(walk)
  }
  walk(request)
  return [...new Set(slots)].toSorted((a, b) => a - b)
}

/** A car found charging has an unknown past; without a car nothing has to be proven. */
function stateOf({ evse_state, schedule_import }: Request, nowMs: number): PhaseState {
  const told = schedule_import.at(0)?.limits_to_root.ac_number_of_active_phases ?? 3
  const active: Phases = told === 1 ? 1 : told === 2 ? 2 : 3
  return evse_state === 'Unplugged' || evse_state === 'Finished' ? begun(active) : found(active, nowMs)
}

function switchingOf(config: Case['config']): Switching {
  const modes = { Never: 'never', Oneway: 'down', Both: 'both' } as const
  const sticky: Record<string, Switching['whenSpent']> = { SinglePhase: 'one', ThreePhase: 'three' }
  return {
    mode: modes[config.switch_3ph1ph_while_charging_mode],
    hysteresisW: config.switch_3ph1ph_power_hysteresis_W,
    stableMs: config.switch_3ph1ph_time_hysteresis_s * 1000,
    mostSwitches: config.switch_3ph1ph_max_nr_of_switches_per_session,
    whenSpent: sticky[config.switch_3ph1ph_switch_limit_stickyness] ?? 'stay',
    waitMs: 0
  }
}

const nodeOf = (request: Request, parent: number | null): GateNode => ({
  id: request.uuid,
  parent,
  imports: fromTheStart(request.schedule_import.map(gateOf)),
  exports: fromTheStart(request.schedule_export.map(gateOf)),
  setPoints: fromTheStart(request.schedule_setpoints.flatMap(setPointOf)),
  hertz: request.energy_usage_root?.frequency_Hz?.L1 ?? request.energy_usage_leaves?.frequency_Hz?.L1 ?? null
})

/** Theirs: what comes first holds before its time too. Ours: before the first nothing is known, so nothing flows. */
const fromTheStart = <Each extends { readonly fromMs: number }>(series: readonly Each[]): Each[] =>
  series.map((each, index) => (index === 0 ? { ...each, fromMs: -Infinity } : each))

const gateOf = (entry: z.infer<typeof Entry>): Gate => ({
  fromMs: milliseconds(entry.timestamp),
  toLeaves: sideOf(entry.limits_to_leaves),
  toRoot: sideOf(entry.limits_to_root),
  efficiency: entry.conversion_efficiency ?? 1
})

function sideOf(limits: Limits): Side {
  const milli = (bound: Bound | undefined): Bound | null =>
    bound === undefined ? null : { ...bound, value: bound.value * 1000 }
  const amps = milli(limits.ac_max_current_A)
  const each: PerPhase<Bound> | null = amps === null ? null : samePhases(amps)
  return {
    ...silent,
    amps: each,
    watts: limits.total_power_W ?? null,
    floorMilliA: milli(limits.ac_min_current_A),
    leastPhases: limits.ac_min_phase_count ?? null,
    mostPhases: limits.ac_max_phase_count ?? null
  }
}

function setPointOf({ timestamp, setpoint }: z.infer<typeof Point>): SetPoint[] {
  if (setpoint === undefined) return []
  const { source, ac_current_A, total_power_W, frequency_table } = setpoint
  const when = { fromMs: milliseconds(timestamp), source }
  if (ac_current_A !== undefined) return [{ ...when, kind: 'current', milliA: ac_current_A * 1000 }]
  if (total_power_W !== undefined) return [{ ...when, kind: 'power', watts: total_power_W }]
  if (frequency_table === undefined) return []
  const points = frequency_table.map((each) => ({ hertz: each.frequency_Hz, watts: each.total_power_W }))
  return [{ ...when, kind: 'frequency', points }]
}
