import type {
  Deed,
  Participant,
  ParticipantAbilities,
  ParticipantDriver,
  ParticipantSetPoint
} from '../../contract.ts'
import { grumbler, keepPolling, pause } from '../keep-polling.ts'
import type { Link } from '../link.ts'
import { placeOf } from '../place.ts'
import { carryOut, repair, type Wish } from './carry-out.ts'
import type { Control } from './control.ts'
import { hearNow, meet, type Device } from './device.ts'
import type { Said } from './roles.ts'
import { understood } from './understand.ts'

export type SunSpecDevice = {
  readonly participant: Participant
  readonly address: string // tcp://host:port
  readonly unit: number
  readonly pollMs: number // Between two looks; a set-point does not wait for the next.
}

export type Needs = {
  readonly clock: { monotonicMs(): number; instant(): string }
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

export const usualPollMs = 1_000 // Once a cycle; many inverters' gateways answer no faster.

type Pending = { readonly wish: Wish; settle(deed: Deed): void }

type Watch = {
  readonly participant: Participant
  readonly needs: Needs
  readonly voice: ReturnType<typeof grumbler>
  device: Device | null // On the line as it stands.
  abilities: ParticipantAbilities | null // As last learnt.
  latest: ReturnType<ParticipantDriver['latest']>
  wish: Wish | null // Confirmed, and not over yet.
  pending: Pending | null
  wake: AbortController
}

/**
 * An inverter or a battery that speaks SunSpec over Modbus TCP. Finds out by itself which models it has and which
 * of them takes set-points (704, then 124 for batteries, 123 for inverters). A set-point goes out at once, is read back before it counts as accepted, and is written again, with the time that is left, when
 * the device is found to have lost it. Nothing renews it beyond its time: that is the caller's.
 * @throws RangeError when the address is unknown: a fault of the site file
 */
export function openSunSpec({ participant, pollMs, ...at }: SunSpecDevice, needs: Needs): ParticipantDriver {
  const place = placeOf(at)
  const stop = new AbortController()
  const watch = watchOf(participant, needs, stop.signal)
  const done = keepPolling({
    place,
    pollMs,
    clock: needs.clock,
    stop: stop.signal,
    begin: (link) => begin(watch, link),
    look: (link) => look(watch, link),
    grumble: watch.voice.grumble,
    rest: (milliseconds) => rest(watch, stop.signal, milliseconds),
    lost: () => {
      watch.device = null
      settle(watch, { kind: 'failed', error: 'the device is not connected' })
    }
  })
  return {
    participant,
    abilities: () => watch.abilities,
    latest: () => watch.latest,
    setPoint: (point, signal) => ask(watch, point, signal),
    async close() {
      stop.abort()
      await done
    }
  }
}

function watchOf(participant: Participant, needs: Needs, stop: AbortSignal): Watch {
  const tell = (why: string): void =>
    needs.log.warn({ device: participant.id, why }, 'the device does not answer as it should')
  return {
    participant,
    needs,
    voice: grumbler(tell, stop),
    device: null,
    abilities: null,
    latest: null,
    wish: null,
    pending: null,
    wake: new AbortController()
  }
}

async function begin(watch: Watch, link: Link): Promise<void> {
  watch.device = await meet(link, watch.participant)
  watch.abilities = watch.device.abilities
}

function ask(watch: Watch, point: ParticipantSetPoint, signal: AbortSignal): Promise<Deed> {
  if (watch.device === null || signal.aborted)
    return Promise.resolve({
      kind: 'failed',
      error: signal.aborted ? 'given up' : 'the device is not connected'
    })
  settle(watch, { kind: 'failed', error: 'overtaken by a newer set-point' })
  return new Promise((resolve) => {
    const untilMs = watch.needs.clock.monotonicMs() + point.reversionS * 1000
    const give = (): void => {
      if (watch.pending === pending) watch.pending = null
      pending.settle({ kind: 'failed', error: 'given up' })
    }
    const pending: Pending = {
      wish: { point, untilMs },
      settle: (deed) => {
        signal.removeEventListener('abort', give)
        resolve(deed)
      }
    }
    signal.addEventListener('abort', give, { once: true })
    watch.pending = pending
    watch.wake.abort()
  })
}

function settle(watch: Watch, deed: Deed): void {
  const { pending } = watch
  watch.pending = null
  pending?.settle(deed)
}

async function rest(watch: Watch, stop: AbortSignal, milliseconds: number): Promise<void> {
  watch.wake = new AbortController()
  if (watch.pending === null) await pause(AbortSignal.any([stop, watch.wake.signal]), milliseconds)
}

async function look(watch: Watch, link: Link): Promise<void> {
  const { device, pending } = watch
  if (device === null) throw new Error('the device was not met') // Cannot be: begin comes before look.
  watch.pending = null
  if (pending === null) return lookAround(watch, device, link)
  watch.wish = null // Whatever becomes of the new one, the old one is not to be put right any more.
  try {
    const { deed, said } = await carryOut(link, device, pending.wish.point)
    if (deed.kind === 'accepted') watch.wish = pending.wish
    watch.abilities = device.abilities
    pending.settle(deed)
    if (said !== null) take(watch, device.control, said)
  } catch (cause) {
    pending.settle({ kind: 'failed', error: String(cause) })
    throw cause
  }
}

async function lookAround(watch: Watch, device: Device, link: Link): Promise<void> {
  const said = await hearNow(link, device)
  const { wish } = watch
  const leftS = wish === null ? 0 : Math.floor((wish.untilMs - watch.needs.clock.monotonicMs()) / 1000)
  if (leftS < 1) watch.wish = null
  const repaired =
    leftS >= 1 && wish !== null && (await repair(link, device, { ...wish.point, reversionS: leftS }))
  if (repaired) watch.voice.grumble('it did not show its set-point, which was written again')
  if (take(watch, device.control, said) && !repaired) watch.voice.well()
}

function take(watch: Watch, control: Control | null, said: Said): boolean {
  const { participant, needs, voice } = watch
  const reading = understood(said, { participant, control }, needs.clock.instant())
  if (reading === null) voice.grumble('a power that this device cannot have')
  else watch.latest = { reading, takenAtMs: needs.clock.monotonicMs() }
  return reading !== null
}
