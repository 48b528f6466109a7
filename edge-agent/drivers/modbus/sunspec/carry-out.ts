import type { Deed, ParticipantSetPoint } from '../../contract.ts'
import { answerMs } from '../keep-polling.ts'
import { ModbusFault, type Link } from '../link.ts'
import { bounded } from './bounded.ts'
import { holds, keepsTimer, type Step } from './control.ts'
import { hearNow, type Device } from './device.ts'
import type { Said } from './roles.ts'
import { socOf } from './understand.ts'

/** A set-point and the monotonic instant at which its time is over. */
export type Wish = { readonly point: ParticipantSetPoint; readonly untilMs: number }

/**
 * Writes a set-point and reads it back. A timer that the device does not take up is learnt, once: it then keeps
 * its set-points for ever.
 * @returns with what the device said after it; null when nothing was asked of it
 * @throws what the line throws, but for a refusal by the device
 */
export async function carryOut(
  link: Link,
  device: Device,
  point: ParticipantSetPoint
): Promise<{ readonly deed: Deed; readonly said: Said | null }> {
  const steps = stepsFor(device, point)
  if (typeof steps === 'string') return { deed: { kind: 'failed', error: steps }, said: null }
  const refusal = await written(link, device, steps)
  const said = await hearNow(link, device)
  const shown = device.control?.inForce(said) ?? null
  if (refusal !== null) return { deed: { kind: 'rejected', answer: refusal }, said }
  if (!steps.every((step) => holds(step, said))) return { deed: { kind: 'rejected', answer: shown }, said }
  if (!steps.every((step) => keepsTimer(step, said)))
    device.abilities = { ...device.abilities, reversion: null, afterReversion: device.participant.rating }
  return { deed: { kind: 'accepted', answer: shown }, said }
}

/** @returns whether something had to be written. @throws what the line throws, but for a refusal by the device */
export async function repair(link: Link, device: Device, point: ParticipantSetPoint): Promise<boolean> {
  const steps = stepsFor(device, point)
  if (typeof steps === 'string' || steps.every((step) => holds(step, device.said))) return false
  await written(link, device, steps)
  return true
}

/** @returns the steps, or why there are none */
function stepsFor(
  { control, said, participant, abilities }: Device,
  point: ParticipantSetPoint
): readonly Step[] | string {
  if (control === null) return 'this device takes no set-points'
  const target = bounded(point, { participant, abilities }, socOf(said))
  if (!target.ok) return target.fault
  return control.steps(target.point, said) ?? `${point.kind} cannot be said to this device`
}

/** @returns the device's refusal, null when it took everything */
async function written(link: Link, { found }: Device, steps: readonly Step[]): Promise<string | null> {
  try {
    for (const { role, writes } of steps)
      for (const { at, values } of writes)
        await link.write({ kind: 'write', start: (found.get(role)?.start ?? 0) + at, values }, answerMs)
    return null
  } catch (cause) {
    if (cause instanceof ModbusFault && cause.fault === 'exception') return cause.message
    throw cause
  }
}
