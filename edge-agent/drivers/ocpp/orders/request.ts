import { readConnectorKey, type Charger } from '@nova/shared-protocol/model'
import {
  clearedProfile,
  isBackOfficeAction16,
  numberOf,
  orderedProfile,
  type BackOfficeAction16,
  type Speech,
  type ToStation16
} from '@nova/shared-protocol/codecs/ocpp'
import type { Action, Order, OrderPayload } from '@nova/shared-protocol/messages'

/** What an order is in the charger's words; `problem` says why it cannot be one. */
export type Request =
  | { readonly action: BackOfficeAction16; readonly payload: object }
  | { readonly problem: string }

type Context = { readonly charger: Charger; readonly speech: Speech }
type Row<Name extends Action> = (payload: OrderPayload<Name>, context: Context) => Request

/** Typed request, so that the compiler checks each row against the standard's fields. */
const request = <Name extends BackOfficeAction16>(action: Name, payload: ToStation16[Name][0]): Request => ({
  action,
  payload
})

/** The connector of the order, in the station's own count; 0 never comes out of this. */
function at(key: string, { charger }: Context, then: (number: number) => Request): Request {
  const number = numberOf(charger, readConnectorKey(key))
  return number === null ? { problem: `connector ${key} is not configured` } : then(number)
}

// §7.28: an idTag has 20 characters at the most; our tokens may have 36.
const tag = (uid: string, then: (idTag: string) => Request): Request =>
  uid.length > 20 ? { problem: `token has ${uid.length} characters, OCPP 1.6 takes 20` } : then(uid)

const rows: { readonly [Name in Action]: Row<Name> } = {
  start: ({ connector, tokenUid }, context) =>
    at(connector, context, (connectorId) =>
      tag(tokenUid, (idTag) => request('RemoteStartTransaction', { connectorId, idTag }))
    ),
  stop: ({ transactionId }) =>
    transactionId !== undefined && /^-?\d{1,10}$/.test(transactionId)
      ? request('RemoteStopTransaction', { transactionId: Number(transactionId) })
      : { problem: 'stop needs the numeric transactionId of the running session' },
  unlock: ({ connector }, context) =>
    at(connector, context, (connectorId) => request('UnlockConnector', { connectorId })),
  reset: ({ type }) => request('Reset', { type: type === 'hard' ? 'Hard' : 'Soft' }),
  setLimit: ({ connector, limitA, limitW }, context) =>
    at(connector, context, (number) => {
      if (limitA !== undefined) return ordered(number, { limitMilliA: Math.floor(limitA * 1000) }, context)
      return limitW === undefined ? { problem: 'limitA or limitW' } : ordered(number, { limitW }, context)
    }),
  clearLimit: ({ connector }, context) =>
    at(connector, context, (number) => request('ClearChargingProfile', clearedProfile(number))),
  setAvailability: ({ connector, available }, context) => {
    const type = available ? 'Operative' : 'Inoperative'
    if (connector === undefined) return request('ChangeAvailability', { connectorId: 0, type })
    return at(connector, context, (connectorId) => request('ChangeAvailability', { connectorId, type }))
  },
  reserve: ({ connector, reservationId, tokenUid, group, expiresAt }, context) =>
    at(connector, context, (connectorId) =>
      tag(tokenUid, (idTag) =>
        request('ReserveNow', {
          connectorId,
          idTag,
          reservationId,
          expiryDate: expiresAt,
          ...(group === undefined || group.length > 20 ? {} : { parentIdTag: group })
        })
      )
    ),
  cancelReservation: ({ reservationId }) => request('CancelReservation', { reservationId }),
  updateFirmware: ({ location, retrieveAt, retries }) =>
    request('UpdateFirmware', {
      location,
      retrieveDate: retrieveAt,
      ...(retries === undefined ? {} : { retries })
    }),
  getDiagnostics: ({ location, from, until }) =>
    request('GetDiagnostics', {
      location,
      ...(from === undefined ? {} : { startTime: from }),
      ...(until === undefined ? {} : { stopTime: until })
    }),
  getConfiguration: ({ keys }) => request('GetConfiguration', keys === undefined ? {} : { key: keys }),
  setConfiguration: ({ key, value }, { charger }) =>
    guarded(charger, key, value) ?? request('ChangeConfiguration', { key, value }),
  trigger: ({ message, connector }, context) =>
    connector === undefined
      ? request('TriggerMessage', { requestedMessage: message })
      : at(connector, context, (connectorId) =>
          request('TriggerMessage', { requestedMessage: message, connectorId })
        ),
  trust: () => ({ problem: 'whom to trust is the edge’s own business' }),
  lockGround: () => ({ problem: 'OCPP 1.6 knows no ground lock' }),
  unlockGround: () => ({ problem: 'OCPP 1.6 knows no ground lock' })
}

const ordered = (
  number: number,
  limit: { limitMilliA: number } | { limitW: number },
  { speech }: Context
): Request => request('SetChargingProfile', orderedProfile(number, limit, speech))

/** Security white paper A05.FR.09: a profile, once raised, is never lowered from here. */
function guarded(charger: Charger, key: unknown, value: unknown): Request | null {
  const lower =
    typeof key === 'string' &&
    key.toLowerCase() === 'securityprofile' &&
    Number(value) < charger.security.profile
  return lower ||
    (typeof key === 'string' && key.toLowerCase() === 'securityprofile' && Number.isNaN(Number(value)))
    ? { problem: `security profile ${charger.security.profile} is not lowered` }
    : null
}

/** Some vendors take their configuration by DataTransfer: what it would set cannot be read there, so none goes through. */
function forbidden(action: BackOfficeAction16, payload: RawPayload, charger: Charger): Request | null {
  if (action === 'ChangeConfiguration') return guarded(charger, payload['key'], payload['value'])
  const isNamed = [payload['messageId'], payload['data']].some(
    (said) => typeof said === 'string' && /security.?profile/i.test(said)
  )
  return action === 'DataTransfer' && isNamed
    ? { problem: `security profile ${charger.security.profile} is not changed by DataTransfer` }
    : null
}

/** An order in OCPP 1.6 words. `ocpp.{Action}` goes through as it stands, but for what security forbids. */
export function requestOf(order: Order, context: Context): Request {
  if (order.action.startsWith('ocpp.')) return raw(order.action.slice(5), order.payload, context)
  const row = rows[order.action as Action] as (payload: unknown, context: Context) => Request
  return row(order.payload, context)
}

type RawPayload = Readonly<Record<string, unknown>>

function raw(action: string, payload: RawPayload, { charger }: Context): Request {
  if (!isBackOfficeAction16(action)) return { problem: `OCPP 1.6 has no request ${action} to a charger` }
  return forbidden(action, payload, charger) ?? { action, payload }
}
