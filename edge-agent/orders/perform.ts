import type { Order, OrderPayload } from '@nova/shared-protocol/messages'
import { readConnectorKey } from '@nova/shared-protocol/model'
import type { Deed } from '../drivers/contract.ts'
import { decide, type Decision, type Scene } from './decide.ts'
import type { Needs, NewCommand, PendingStart } from './needs.ts'

export type Hands = {
  readonly needs: Needs
  readonly starting: Set<string>
  /** Keeps the command (id and counter) before anything is done. */
  begin(): Promise<'new' | 'seen' | 'stale'>
}

export type Task = { readonly command: NewCommand; readonly order: Order; readonly signal: AbortSignal }

export type Done =
  | Deed
  | { readonly kind: 'refused'; readonly because: string } // By the edge; the charger was not asked.
  | { readonly kind: 'not-new'; readonly why: 'seen' | 'stale' }

/** Looks at the site, keeps the command, and only then acts. */
export async function carryOut(hands: Hands, task: Task): Promise<Done> {
  const token = await tokenOf(hands.needs, task)
  const decision = decide(task.order, sceneFor(hands, task, token))
  if (decision.kind === 'start') return start(hands, task, decision.payload)
  const why = await hands.begin()
  return why === 'new' ? act(hands.needs, task, decision) : { kind: 'not-new', why }
}

/**
 * The pending start is kept before the charger is asked, because its StartTransaction may overtake its answer;
 * in one commit with the command, because a driver waits.
 */
async function start(hands: Hands, task: Task, payload: OrderPayload<'start'>): Promise<Done> {
  const { needs, starting } = hands
  const { command, order, signal } = task
  starting.add(payload.connector)
  try {
    const pending = pendingOf(command, payload, needs.uuid)
    const [why] = await Promise.all([
      hands.begin(),
      needs.intake.pendingStart(pending),
      wished(needs, pending.sessionId, payload)
    ])
    if (why !== 'new') {
      await needs.intake.dropPendingStart(command.id)
      return { kind: 'not-new', why }
    }
    const deed = await needs.perform(command.chargerId, order, signal, command.trace?.traceId)
    // Unknown is not refused: after a lost answer the charger may still begin, and must find its order.
    if (deed.kind === 'rejected') await needs.intake.dropPendingStart(command.id)
    return deed
  } finally {
    starting.delete(payload.connector)
  }
}

/** A session with a wish gets its id from us, so that the wish is found again. */
function pendingOf(command: NewCommand, payload: OrderPayload<'start'>, uuid: () => string): PendingStart {
  const { connector, tokenUid, tariffId, maxEnergyWh, authorised, priceGroups, coupons } = payload
  const sessionId = payload.sessionId ?? (hasWish(payload) ? uuid() : undefined)
  const { id: commandId, expiresAt } = command
  const priced = { tariffId, maxEnergyWh, priceGroups, coupons }
  return { commandId, connector, tokenUid, sessionId, ...priced, authorised, expiresAt }
}

const hasWish = ({ energyWh, departAt }: OrderPayload<'start'>): boolean =>
  energyWh !== undefined || departAt !== undefined

async function wished(
  { wishes }: Needs,
  sessionId: string | undefined,
  payload: OrderPayload<'start'>
): Promise<void> {
  const { energyWh, departAt } = payload
  if (sessionId !== undefined && hasWish(payload)) await wishes.put(sessionId, { energyWh, departAt })
}

async function tokenOf({ intake }: Needs, { command, order }: Task): Promise<Scene['token']> {
  if (order.action !== 'start' || order.payload.authorised) return null
  return intake.authorise(command.chargerId, order.payload.tokenUid)
}

function sceneFor({ needs, starting }: Hands, { command }: Task, token: Scene['token']): Scene {
  const charger = needs.intake.chargers().find((each) => each.id === command.chargerId)
  if (!charger) throw new Error(`charger ${command.chargerId} went away while its order was read`)
  return {
    charger,
    views: needs.intake.views(),
    reservations: needs.intake.reservations.list(),
    storage: needs.store.state(),
    voltageV: needs.voltageV,
    now: needs.clock.now(),
    token,
    starting,
    running: (stop) => needs.intake.running({ ...stop, chargerId: charger.id })
  }
}

async function act(needs: Needs, task: Task, decision: Exclude<Decision, { kind: 'start' }>): Promise<Done> {
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refused', because: decision.because }
    case 'perform':
      return performed(needs, task, decision.order)
    case 'reserve':
      return reserved(needs, task, decision.payload)
    case 'cap':
      return capped(needs, decision)
  }
}

async function performed(needs: Needs, { command, signal }: Task, order: Order): Promise<Deed> {
  const deed = await needs.perform(command.chargerId, order, signal, command.trace?.traceId)
  if (order.action === 'cancelReservation' && deed.kind === 'accepted') {
    await needs.intake.reservations.became(command.chargerId, order.payload.reservationId, 'cancelled')
  }
  return deed
}

async function reserved(needs: Needs, task: Task, payload: OrderPayload<'reserve'>): Promise<Deed> {
  const { command, signal, order } = task
  const { reservations } = needs.intake
  await reservations.asked({
    ...readConnectorKey(payload.connector),
    reservationId: payload.reservationId,
    tokenUid: payload.tokenUid,
    group: payload.group ?? null,
    expiresAt: payload.expiresAt,
    commandId: command.id
  })
  const deed = await needs.perform(command.chargerId, order, signal, command.trace?.traceId)
  if (deed.kind !== 'failed') {
    const status = deed.kind === 'accepted' ? 'active' : 'refused'
    await reservations.became(command.chargerId, payload.reservationId, status)
  }
  return deed
}

async function capped(needs: Needs, { connector, cap }: Extract<Decision, { kind: 'cap' }>): Promise<Deed> {
  if (cap) await needs.caps.set(connector, cap)
  else await needs.caps.clear(connector)
  return { kind: 'accepted', answer: cap ? { limitMilliA: cap.limitMilliA } : { cleared: true } }
}
