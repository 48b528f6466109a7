import { drawOf, isSameDraw, nobody, remember, showOf } from './beyond.ts'
import { alarmsOf, watchConduct } from './conduct.ts'
import { deviceOf, placedPart, type Device } from './device.ts'
import { handOut } from './hand-out.ts'
import type { Alarm, LedPart, Needs, PartsDraw, Participants } from './needs.ts'
import { freshSun, watchSun } from './sun.ts'
import { keptForTrip } from './trip.ts'
import { freshMind, wishes } from './wishes.ts'

const beatMs = 1_000

/** Once a second from the start on. Never throws. */
export function openParticipants(needs: Needs): Participants {
  const { clock, log } = needs
  const ended = new AbortController()
  const room: Room = {
    needs,
    devices: needs.drivers.map(deviceOf),
    mind: freshMind(),
    sun: freshSun(),
    raised: new Map(),
    startedAtMs: clock.monotonicMs(),
    draw: nobody,
    stopped: ended.signal
  }
  room.draw = drawOf(room.devices, needs) // Nobody was heard yet: all count with their rating.
  const beat = (): void => {
    if (ended.signal.aborted) return
    timer = clock.after(beatMs, beat)
    try {
      step(room)
    } catch (cause) {
      log.warn({ err: cause }, 'a second of the participants failed; their timers run out')
    }
  }
  const idle = needs.drivers.length === 0 && needs.wish.sun === 'force'
  let timer = idle ? null : clock.after(0, beat)
  return {
    beyondMeter: () => drawNow(room),
    show: () => showOf(room.devices, needs),
    sunCaps: () => room.sun.caps,
    placed: () => room.devices.map((device) => ledPart(device, needs)),
    told: () => new Map(room.devices.flatMap((device) => toldOf(device))),
    stop() {
      ended.abort()
      timer?.cancel()
    }
  }
}

type Room = {
  readonly needs: Needs
  readonly devices: readonly Device[]
  readonly mind: ReturnType<typeof freshMind>
  readonly sun: ReturnType<typeof freshSun>
  readonly raised: Map<string, Alarm>
  readonly startedAtMs: number
  draw: PartsDraw
  readonly stopped: AbortSignal
}

function step(room: Room): void {
  const { needs, devices, mind, sun } = room
  const nowMs = needs.clock.monotonicMs()
  for (const device of devices) watchConduct(device, nowMs)
  const wanted = wishes(mind, devices, needs)
  const { clock, log } = needs
  const changed = (): void => tellDraw(room, false)
  devices.forEach((device, at) =>
    handOut({ clock, log, changed, stopped: room.stopped }, device, wanted[at] ?? null)
  )
  tellDraw(room, watchSun(sun, needs))
  tell(room, nowMs)
}

/** An answer that leaves what all may draw as it was is no reason to wake anybody. */
function tellDraw(room: Room, isNews: boolean): void {
  const before = room.draw
  if (drawNow(room) !== before || isNews) room.needs.changed()
}

/** Asked by every cycle of the loop: what is sent counts from that moment on. */
function drawNow(room: Room): PartsDraw {
  const nowMs = room.needs.clock.monotonicMs()
  const meterAtMs = room.needs.meter?.latest()?.takenAtMs ?? null
  for (const device of room.devices) remember(device, meterAtMs, nowMs)
  const draw = drawOf(room.devices, room.needs)
  if (!isSameDraw(room.draw, draw)) room.draw = draw
  return room.draw
}

function tell({ needs, devices, raised, startedAtMs }: Room, nowMs: number): void {
  const wanted = devices.flatMap((device) => alarmsOf(device, nowMs, startedAtMs))
  if (wanted.length + raised.size === 0) return
  const keys = new Set(wanted.map(keyOf))
  for (const alarm of wanted) {
    if (raised.has(keyOf(alarm))) continue
    raised.set(keyOf(alarm), alarm)
    needs.alarms.raise(alarm)
  }
  for (const [key, alarm] of raised) {
    if (keys.has(key)) continue
    raised.delete(key)
    needs.alarms.clear(alarm.code, alarm.subject)
  }
}

function ledPart(device: Device, { trip, wish }: Needs): LedPart {
  const part = placedPart(device)
  const follows = device.driver.abilities()?.follows.includes('power') ?? false
  const led = part.kind !== 'pv' && wish.battery !== null && follows && !device.conduct.ignores
  return { ...keptForTrip(part, trip), led, trip: part.kind === 'vehicle' ? trip(part.id) : null }
}

const keyOf = ({ code, subject }: Alarm): string => `${code} ${subject}`

function toldOf({ driver, told }: Device): [string, { because: string; powerW: number | null }][] {
  if (told === null) return []
  const powerW = told.point.kind === 'power' ? told.point.powerW : null
  return [[driver.participant.id, { because: told.because, powerW }]]
}
