import {
  basicSettings,
  blockOf,
  common,
  derCapacity,
  derMeasurement,
  derStorage,
  inverter,
  nameplate,
  status,
  type Values
} from '@nova/shared-protocol/codecs/sunspec'
import { storage } from '@nova/shared-protocol/codecs/sunspec'
import { socPercent, type Body, type Plate } from './body.ts'
import type { Desk } from './desk.ts'

/** Which generation of models a device has: 103, 120 … 124, or the 700s. */
export type Generation = 'classic' | 'der'

export type Shown = {
  readonly plate: Plate
  readonly generation: Generation
  readonly phases: 1 | 3
  readonly voltageV: number
  readonly body: Body
  readonly sunW: number // What it could give; PV only.
  readonly powerW: number // As its registers say, import positive: a liar's differs from the body's.
  readonly desk: Desk
  readonly nowMs: number
}

export const base = 40_000

/** Control models of a device, in the order of its list. */
export const controlIds = (generation: Generation, kind: Plate['kind']): readonly number[] =>
  generation === 'der' ? [704] : kind === 'pv' ? [123] : [123, 124]

/** A whole device in registers from `base`: mark, models, end mark. */
export function imageOf(shown: Shown): number[] {
  const { plate, generation, desk, nowMs } = shown
  const name = { Mn: 'Nova', Md: `${plate.kind} simulator`, SN: '1' }
  const controls = controlIds(generation, plate.kind).map((id) =>
    id === 124 ? storageBlock(shown) : [...(desk.block(id, nowMs) ?? [])]
  )
  const models = generation === 'classic' ? classicBlocks(shown) : derBlocks(shown)
  const about = blockOf(common, name, { length: generation === 'classic' ? 65 : 66 }) // Both are seen.
  return [0x5375, 0x6e53, ...about, ...models.flat(), ...controls.flat(), 0xffff, 0]
}

/** Where a control model begins. */
export function placeOf(image: readonly number[], wanted: number): number | undefined {
  for (let at = 2; at + 1 < image.length; at += 2 + (image[at + 1] ?? 0)) if (image[at] === wanted) return at
  return undefined
}

function classicBlocks({ plate, phases, voltageV, body, sunW, powerW }: Shown): number[][] {
  const { ratingW, kind, capacityWh } = plate
  const eachA = Math.abs(powerW) / phases / voltageV
  const three = phases === 3
  return [
    blockOf(
      inverter,
      {
        A: eachA * phases,
        AphA: eachA,
        AphB: three ? eachA : null,
        AphC: three ? eachA : null,
        A_SF: -2,
        PhVphA: voltageV,
        PhVphB: three ? voltageV : null,
        PhVphC: three ? voltageV : null,
        V_SF: -1,
        W: -powerW,
        W_SF: 0,
        Hz: 50,
        Hz_SF: -2,
        St: stateOf(kind, body.powerW, sunW) + 1
      },
      { id: three ? 103 : 101 }
    ),
    blockOf(nameplate, {
      DERTyp: kind === 'pv' ? 4 : 82,
      WRtg: ratingW,
      WRtg_SF: 0,
      ...(kind === 'pv'
        ? {}
        : { WHRtg: capacityWh / 10, WHRtg_SF: 1, MaxChaRte: ratingW, MaxDisChaRte: ratingW, MaxChaRte_SF: 0, MaxDisChaRte_SF: 0 }) // prettier-ignore
    }),
    blockOf(basicSettings, { WMax: ratingW, WMax_SF: 0 }),
    blockOf(status, kind === 'pv' ? { WAval: Math.min(ratingW, sunW), WAval_SF: 0 } : {})
  ]
}

/** What model 124 measures, over what the desk holds. */
function storageBlock({ desk, body, plate, nowMs }: Shown): number[] {
  const block = [...(desk.block(124, nowMs) ?? [])]
  const measured = blockOf(storage, {
    ChaState: socPercent(body, plate),
    ChaState_SF: -2,
    ChaSt: chargingOf(body, plate)
  })
  for (const at of [8, 11]) block[at] = measured[at] ?? 0
  return block
}

const [empty, discharging, charging, full, holding] = [2, 3, 4, 5, 6]

function chargingOf(body: Body, { capacityWh }: Plate): number {
  if (body.powerW !== 0) return body.powerW > 0 ? charging : discharging
  return body.storedWh <= 0 ? empty : body.storedWh >= capacityWh ? full : holding
}

function derBlocks({ plate, phases, voltageV, body, sunW, powerW }: Shown): number[][] {
  const { ratingW, kind } = plate
  const three = phases === 3
  const each = -powerW / phases
  const measured: Partial<Values<typeof derMeasurement>> = {
    ACType: three ? 2 : 0,
    St: 1,
    InvSt: stateOf(kind, body.powerW, sunW),
    W: -powerW,
    W_SF: 0,
    LNV: voltageV,
    V_SF: -1,
    WL1: each,
    ...(three ? { WL2: each, WL3: each } : {})
  }
  const capacity = { WMaxRtg: ratingW, WMax: ratingW, W_SF: 0 }
  return [
    blockOf(derMeasurement, measured),
    blockOf(
      derCapacity,
      kind === 'pv' ? capacity : { ...capacity, WChaRteMax: ratingW, WDisChaRteMax: ratingW }
    ),
    ...(kind === 'pv' ? [] : [blockOf(derStorage, { WHRtg: plate.capacityWh / 10, SoC: socPercent(body, plate), WH_SF: 1, Pct_SF: -2 })]) // prettier-ignore
  ]
}

const [sleeping, running, throttled, standby] = [1, 3, 4, 7]

/** InvSt of model 701; St of 101 and 103 is one more. */
function stateOf(kind: Plate['kind'], powerW: number, sunW: number): number {
  if (kind === 'battery') return powerW === 0 ? standby : running
  if (sunW <= 0) return sleeping
  return -powerW < sunW * 0.99 ? throttled : running
}
