import { setImmediate as settle } from 'node:timers/promises'
import type { Participant, ParticipantSetPoint, PowerRange } from '../drivers/contract.ts'
import { openParticipants } from './open.ts'
import type { Needs, Participants, Trip, Wish } from './needs.ts'

/** A clock that stands until it is turned; promises settle between timers. */
function handClock() {
  let nowMs = 0
  let timers: { atMs: number; work: () => void }[] = []
  return {
    monotonicMs: () => nowMs,
    after(milliseconds: number, work: () => void) {
      const timer = { atMs: nowMs + milliseconds, work }
      timers = [...timers, timer].toSorted((a, b) => a.atMs - b.atMs)
      return { cancel: () => void (timers = timers.filter((each) => each !== timer)) }
    },
    async turn(milliseconds: number) {
      const endMs = nowMs + milliseconds
      for (let due = timers[0]; due !== undefined && due.atMs <= endMs; due = timers[0]) {
        timers = timers.slice(1)
        nowMs = due.atMs
        due.work()
        await settle()
      }
      nowMs = endMs
      await settle()
    }
  }
}

export type Answer = 'accepted' | 'rejected' | 'failed'

/** A battery of 10 kW behind a site meter; everything that a test turns. */
export type Stage = {
  readonly clock: ReturnType<typeof handClock>
  readonly points: ParticipantSetPoint[]
  readonly alarms: string[]
  room: Participants
  loadW: number // Of the site without the battery.
  flowW: number // Of the battery, import positive.
  obeys: boolean
  heard: boolean // The battery answers its poll.
  metered: boolean
  doubtedW: number | null // What a meter shows that nobody believes.
  answer: Answer
  exportLimitW: number | null
  hallA: [number, number, number] // Of the circuit `hall`.
  hallExportW: number | undefined
  limitW: number
  trip: Trip | null
  plannedW: number | null
  sight: ReturnType<Needs['sight']>
  socPercent: number
}

const volts = 230
export const rating: PowerRange = { leastW: -10_000, mostW: 10_000 }

type Wires = Partial<Pick<Stage, 'hallA' | 'hallExportW'>>

export function stage(wish: Partial<Wish> = {}, part: Partial<Participant> = {}, wires: Wires = {}): Stage {
  const clock = handClock()
  const world: Omit<Stage, 'room'> = {
    clock,
    points: [],
    alarms: [],
    loadW: 0,
    flowW: 0,
    obeys: true,
    heard: true,
    metered: true,
    doubtedW: null,
    answer: 'accepted',
    exportLimitW: null,
    hallA: [63, 63, 63],
    hallExportW: undefined,
    ...wires,
    limitW: 100_000,
    trip: null,
    plannedW: null,
    sight: null,
    socPercent: 50
  }
  const full = { battery: null, sun: 'force', ...wish } as const
  const whole: Stage = Object.assign(world, { room: openParticipants(needsOf(world, full, part)) })
  return whole
}

function needsOf(world: Omit<Stage, 'room'>, wish: Wish, part: Partial<Participant>): Needs {
  const { clock } = world
  let last = { powerW: 0, takenAtMs: 0 }
  return {
    clock,
    drivers: [driverOf(world, part)],
    meter: {
      latest: () => {
        if (world.metered) last = { powerW: world.loadW + world.flowW, takenAtMs: clock.monotonicMs() }
        return { reading: { at: '2026-03-01T10:00:00Z', powerW: last.powerW }, takenAtMs: last.takenAtMs }
      }
    },
    doubtedMeter: {
      latest: () =>
        world.doubtedW === null
          ? null
          : {
              reading: { at: '2026-03-01T10:00:00Z', powerW: world.doubtedW },
              takenAtMs: clock.monotonicMs()
            }
    },
    voltageV: volts,
    limitA: [100, 100, 100],
    circuits: [{ id: 'hall', parent: 'grid', limitA: world.hallA, exportLimitW: world.hallExportW }],
    wish,
    trip: () => world.trip,
    planned: () => world.plannedW,
    sight: () => world.sight, // No loop: nothing is left to charge with.
    exportLimitW: () => world.exportLimitW,
    limitW: () => world.limitW,
    alarms: {
      raise: ({ code }) => world.alarms.push(`+${code}`),
      clear: (code) => world.alarms.push(`-${code}`)
    },
    changed: () => undefined,
    log: { warn: (detail) => world.alarms.push(JSON.stringify(detail)) }
  }
}

function driverOf(world: Omit<Stage, 'room'>, part: Partial<Participant>): Needs['drivers'][number] {
  const { clock } = world
  let heardAtMs = 0
  return {
    participant: {
      id: 'b1',
      kind: 'battery',
      circuit: 'grid',
      phaseRotation: 'RST',
      rating,
      capacityWh: 20_000,
      minSocPercent: 10,
      ...part
    },
    abilities: () => ({
      follows: ['power', 'limits'],
      reversion: { leastS: 1, mostS: 3_600 },
      afterReversion: rating
    }),
    latest: () => {
      if (world.heard) heardAtMs = clock.monotonicMs()
      const each = world.flowW / 3
      return {
        reading: {
          at: '2026-03-01T10:00:00Z',
          powerW: [each, each, each],
          totalW: world.flowW,
          socPercent: world.socPercent,
          available: rating,
          inForce: null,
          state: 'running'
        },
        takenAtMs: heardAtMs
      }
    },
    setPoint: async (point) => {
      world.points.push(point)
      if (world.answer === 'failed') return { kind: 'failed', error: 'no answer' }
      if (world.answer === 'accepted' && world.obeys && point.kind === 'power') world.flowW = point.powerW
      return { kind: world.answer, answer: null }
    }
  }
}

/** Milliamperes of a power on three phases of 230 V, rounded up as the room does. */
export const perPhase = (watts: number): number => Math.ceil((watts * 1000) / 3 / volts / 500) * 500
