import {
  decodeRequest,
  encodeAnswer,
  exceptions,
  type Frame,
  type Request
} from '@nova/shared-protocol/codecs/modbus'
import type { PerPhase } from '@nova/shared-protocol/units'
import { serveModbus } from '../meters/modbus-server.ts'
import { bodyAt, socPercent, stepBody, type Body, type Plate, type Window } from './body.ts'
import { openDesk, type Desk } from './desk.ts'
import { base, controlIds, imageOf, placeOf, type Generation } from './registers.ts'
import type { Temper } from './tempers.ts'

export type InverterPlan = {
  readonly port: number // 0: any.
  readonly host?: string
  readonly kind: 'pv' | 'battery'
  readonly generation: Generation
  readonly phases: 1 | 3
  readonly ratingW: number
  readonly capacityWh?: number
  readonly socPercent?: number
  readonly voltageV: number
  /** What it would do by itself, import positive: −sun for PV; a battery's own mind, 0 when left out. */
  readonly wishW?: () => number
  readonly lagMs?: number
  readonly rampWPerS?: number
  /** Monotonic. */
  readonly nowMs: () => number
}

export type InverterSimulator = {
  readonly port: number
  /** Power that really flows, import positive. */
  powerW(): number
  /** The same as current on the device's own phases; below 0: it feeds in. */
  drawnMilliA(): PerPhase
  socPercent(): number
  temper(name: Temper): void
  stop(): Promise<void>
}

const longestStepMs = 1_000
const free: Window = { leastW: -Infinity, mostW: Infinity }

type Device = {
  readonly plan: InverterPlan
  readonly plate: Plate
  readonly body: Body
  readonly desk: Desk
  temper: Temper
  seenMs: number
}

/**
 * A PV inverter or a battery behind a Modbus TCP server, any unit. Its physics go on whenever it is looked at.
 * @throws Error when the port is taken
 */
export async function openInverter(plan: InverterPlan): Promise<InverterSimulator> {
  const device = deviceOf(plan)
  const server = await serveModbus(plan, (frame) =>
    device.temper === 'silent' ? null : answerTo(device, frame)
  )
  return {
    port: server.port,
    powerW: () => live(device).powerW,
    drawnMilliA: () => {
      const each = Math.round((live(device).powerW / plan.phases / plan.voltageV) * 1000)
      return plan.phases === 3 ? [each, each, each] : [each, 0, 0]
    },
    socPercent: () => socPercent(live(device), device.plate),
    temper: (name) => {
      live(device)
      device.temper = name
    },
    stop: () => server.stop()
  }
}

function deviceOf(plan: InverterPlan): Device {
  const { kind, ratingW, capacityWh = 0, lagMs = 500, rampWPerS = ratingW / 2 } = plan
  const plate: Plate = { kind, ratingW, capacityWh: kind === 'pv' ? 0 : capacityWh, lagMs, rampWPerS }
  const body = bodyAt((capacityWh * (plan.socPercent ?? 50)) / 100, plan.nowMs())
  const device: { temper: Temper } = { temper: 'obedient' }
  const desk = openDesk(plate, controlIds(plan.generation, kind), () => whole.temper)
  const whole: Device = Object.assign(device, { plan, plate, body, desk, seenMs: plan.nowMs() })
  return whole
}

/** Lets its time go on to now, in steps that a ramp survives. */
function live(device: Device): Body {
  const { plan, body, plate, desk, temper } = device
  for (const nowMs = plan.nowMs(); device.seenMs < nowMs;) {
    const stepMs = Math.min(longestStepMs, nowMs - device.seenMs)
    device.seenMs += stepMs
    const window = temper === 'ignoring' || temper === 'lying' ? free : desk.told(device.seenMs)
    stepBody(body, plate, { wishW: plan.wishW?.() ?? 0, window, nowMs: device.seenMs, stepMs })
  }
  return body
}

function answerTo(device: Device, { pdu }: Frame): Uint8Array {
  const request = decodeRequest(pdu)
  const code = request.ok ? null : request.exception
  const answer = request.ok ? served(device, request.value) : code
  return typeof answer === 'number' || answer === null
    ? encodeAnswer({ kind: 'exception', function: pdu[0] ?? 0, code: answer ?? exceptions.deviceFailure })
    : answer
}

/** @returns the answer, or the code of an exception */
function served(device: Device, request: Request): Uint8Array | number {
  if (request.kind === 'read-bits') return exceptions.illegalFunction
  const image = imageNow(device)
  if (request.kind === 'read') {
    const at = request.start - base
    if (at < 0 || at + request.count > image.length) return exceptions.illegalAddress
    return encodeAnswer({ kind: 'read', from: request.from, values: image.slice(at, at + request.count) })
  }
  if (device.temper === 'refusing') return exceptions.deviceFailure
  const [start, values] =
    request.kind === 'write' ? [request.start, request.values] : [request.register, [request.value]]
  if (!written(device, image, start - base, values)) return exceptions.illegalAddress
  return request.kind === 'write'
    ? encodeAnswer({ kind: 'write', start, count: values.length })
    : encodeAnswer(request)
}

function written(
  { desk, plan }: Device,
  image: readonly number[],
  at: number,
  values: readonly number[]
): boolean {
  return controlIds(plan.generation, plan.kind).some((id) => {
    const start = placeOf(image, id)
    return start !== undefined && at >= start && desk.write({ id, at: at - start }, values, plan.nowMs())
  })
}

function imageNow(device: Device): number[] {
  const { plan, plate, desk, temper } = device
  const body = live(device)
  const nowMs = plan.nowMs()
  const wishW = plan.wishW?.() ?? 0
  const told = desk.told(nowMs)
  const saysW = temper === 'lying' ? Math.min(told.mostW, Math.max(told.leastW, wishW)) : body.powerW
  const sunW = plan.kind === 'pv' ? Math.max(0, -wishW) : 0
  const { generation, phases, voltageV } = plan
  return imageOf({ plate, generation, phases, voltageV, body, sunW, powerW: saysW, desk, nowMs })
}
