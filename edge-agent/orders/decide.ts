import type { Order, OrderPayload } from '@nova/shared-protocol/messages'
import {
  connectorKey,
  phasesOf,
  readConnectorKey,
  type Charger,
  type ConnectorAddress
} from '@nova/shared-protocol/model'
import { milliAmpsOf } from '@nova/shared-protocol/units'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Cap, Reservation } from './needs.ts'

/** The site as an order finds it. */
export type Scene = {
  readonly charger: Charger
  readonly views: readonly ConnectorView[]
  readonly reservations: readonly Reservation[]
  readonly storage: 'good' | 'low' | 'failing'
  readonly voltageV: number
  readonly now: number // Unix ms.
  /** Of the token that wants to start; null where none was asked for. */
  readonly token: { readonly status: string; readonly group: string | null } | null
  readonly starting: ReadonlySet<string> // Connectors whose start is with the charger now.
  running(stop: OrderPayload<'stop'>): (ConnectorAddress & { readonly transactionId: string }) | null
}

export type Decision =
  | { readonly kind: 'refuse'; readonly because: string }
  | { readonly kind: 'perform'; readonly order: Order }
  | { readonly kind: 'start'; readonly payload: OrderPayload<'start'> }
  | { readonly kind: 'reserve'; readonly payload: OrderPayload<'reserve'> }
  | { readonly kind: 'cap'; readonly connector: string; readonly cap: Cap | null }

/** What becomes of an order: refused with its reason, kept at the edge, or given to the charger. */
export function decide(order: Order, scene: Scene): Decision {
  const stranger = strangeConnector(order, scene.charger)
  if (stranger !== undefined) return refuse(stranger)
  switch (order.action) {
    case 'start':
      return start(order.payload, scene)
    case 'stop':
      return stop(order.payload, scene)
    case 'setLimit':
      return cap(order.payload, scene)
    case 'clearLimit':
      return { kind: 'cap', connector: order.payload.connector, cap: null }
    case 'reserve':
      return reserve(order.payload, scene)
    default:
      return ownedByLoop(order.action, scene.charger) ?? { kind: 'perform', order }
  }
}

const refuse = (because: string): Decision => ({ kind: 'refuse', because })

function strangeConnector(order: Order, charger: Charger): string | undefined {
  const payload: Readonly<Record<string, unknown>> = order.payload
  if (order.action.startsWith('ocpp.') || typeof payload['connector'] !== 'string') return undefined
  const { chargerId, evseId, connectorId } = readConnectorKey(payload['connector'])
  const there =
    chargerId === charger.id &&
    charger.evses.some(
      (evse) => evse.id === evseId && evse.connectors.some((each) => each.id === connectorId)
    )
  return there ? undefined : `connector ${payload['connector']} is not one of charger ${charger.id}`
}

const refusedIn: Readonly<Partial<Record<ConnectorView['status'], string>>> = {
  charging: 'is occupied',
  suspended: 'is occupied',
  unavailable: 'is out of service',
  faulted: 'is faulted',
  offline: 'is offline'
}

function start(payload: OrderPayload<'start'>, scene: Scene): Decision {
  const { connector, tokenUid } = payload
  if (scene.storage === 'failing') return refuse('the edge cannot record a session now (storage failing)')
  const view = scene.views.find((each) => connectorKey(each) === connector)
  if (!view) return refuse(`connector ${connector} is not known yet`)
  const taken = takenBy(view, scene)
  if (taken !== undefined) return refuse(`connector ${connector} ${taken}`)
  if (!payload.authorised && scene.token?.status !== 'accepted') {
    return refuse(`token is ${scene.token?.status ?? 'unknown'}`)
  }
  return reservedForOther(view, tokenUid, scene)
    ? refuse(`connector ${connector} is reserved for another token`)
    : { kind: 'start', payload }
}

function takenBy(view: ConnectorView, { starting }: Scene): string | undefined {
  if (view.session) return `is occupied by session ${view.session.sessionId}`
  if (starting.has(connectorKey(view))) return 'has another start on its way'
  return refusedIn[view.status]
}

function reservedForOther(view: ConnectorView, tokenUid: string, { reservations, token }: Scene): boolean {
  const here = reservations.filter(
    (each) => each.status === 'active' && connectorKey(each) === connectorKey(view)
  )
  const fits = here.some(
    (each) =>
      each.tokenUid.toUpperCase() === tokenUid.toUpperCase() ||
      (each.group !== null && each.group === token?.group)
  )
  return (here.length > 0 || view.status === 'reserved') && !fits
}

function stop(payload: OrderPayload<'stop'>, scene: Scene): Decision {
  const session = scene.running(payload)
  if (!session) return refuse(`no such session runs on charger ${scene.charger.id}`)
  if (session.chargerId !== scene.charger.id)
    return refuse(`the session runs on charger ${session.chargerId}`)
  return { kind: 'perform', order: { action: 'stop', payload: { transactionId: session.transactionId } } }
}

function reserve(payload: OrderPayload<'reserve'>, { now }: Scene): Decision {
  return Date.parse(payload.expiresAt) <= now
    ? refuse(`the reservation would have ended at ${payload.expiresAt}`)
    : { kind: 'reserve', payload }
}

/** A person's limit is one more limit for the control loop, never a set-point of its own. */
function cap({ connector, limitA, limitW }: OrderPayload<'setLimit'>, scene: Scene): Decision {
  const phases = phasesOf(scene.charger.phaseRotation).length
  const asked = [
    ...(limitA === undefined ? [] : [milliAmpsOf(limitA)]),
    ...(limitW === undefined ? [] : [Math.floor((limitW * 1000) / (scene.voltageV * phases))])
  ]
  if (asked.length === 0) return refuse('limitA or limitW is needed')
  if (!scene.charger.managed) return refuse(`charger ${scene.charger.id} is not managed by the control loop`)
  const limitMilliA = Math.min(...asked)
  return { kind: 'cap', connector, cap: { limitMilliA, reason: 'operator’s limit on this connector' } }
}

const loopsOwn = ['ocpp.SetChargingProfile', 'ocpp.ClearChargingProfile']

/** A profile put or cleared behind the control loop's back could break the limit that it vouches for. */
function ownedByLoop(action: string, charger: Charger): Decision | undefined {
  return charger.managed && loopsOwn.includes(action)
    ? refuse(
        `the control loop owns the charging profiles of ${charger.id}; use setLimit, or set managed: false`
      )
    : undefined
}
