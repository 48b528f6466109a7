import type { Order } from '@nova/shared-protocol/messages'
import type { Charger } from '@nova/shared-protocol/model'
import type { Deed } from '../../contract.ts'
import { speechFor, type Finding } from '../findings/finding.ts'
import { noteTold } from '../findings/told.ts'
import type { Validators } from '../schemas/validators.ts'
import { deedOf } from './deed.ts'
import { requestOf } from './request.ts'
import type { Line } from './line.ts'

export type OrderNeeds = {
  readonly validators: Validators
  readonly voltageV: number
  readonly askMs: number
  now(): number
  readonly log: { info(fields: Readonly<Record<string, unknown>>, text: string): void }
}

export type Asking = { readonly signal: AbortSignal; readonly traceId: string | undefined }

/** Carries out one order on a living line; resolves with what the charger made of it, never rejects. */
export async function perform(
  needs: OrderNeeds,
  line: Line & { readonly charger: Charger; readonly finding: Finding },
  order: Order,
  { signal, traceId }: Asking
): Promise<Deed> {
  const request = requestOf(order, {
    charger: line.charger,
    speech: speechFor(line.finding, needs.voltageV)
  })
  if ('problem' in request) return { kind: 'failed', error: request.problem }
  if (line.charger.registration === 'rejected' && request.action === 'SetChargingProfile')
    return { kind: 'failed', error: 'the charger is rejected: it is told nothing' }
  const fault = needs.validators.request(request.action, request.payload)
  if (fault) return { kind: 'failed', error: `${request.action}: ${fault.detail}` }
  const wish = { ...request, urgent: false, topic: null, patienceMs: needs.askMs }
  const outcome = await line.ask(wish, signal)
  const { action } = request
  needs.log.info({ charger: line.charger.id, action, outcome: outcome.kind, traceId }, 'a charger was asked')
  const deed = deedOf(outcome)
  if (deed.kind === 'accepted') noteTold(line.finding, request, needs.now())
  return deed
}
