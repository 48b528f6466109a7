import { readInstant, type BackOfficeAction16, type ToStation16 } from '@nova/shared-protocol/codecs/ocpp'
import {
  asWire2,
  clear,
  faultsOf,
  keep,
  profileOf16,
  purposeOf,
  type Rules
} from '@nova/shared-protocol/codecs/ocpp/composite'
import { epochMsOf } from '@nova/shared-protocol/units'
import { setting, type Body, type Outlet } from './body.ts'
import { compositeSchedule } from './profiles.ts'
import { takeList } from './local-list.ts'
import { permit, setOperative, stop } from './sessions.ts'

/** What an answer sets off beyond the body: done after the answer has been sent. */
export type After =
  | { readonly kind: 'reboot' }
  | { readonly kind: 'send'; readonly message: string; readonly connector: number | null }
  | { readonly kind: 'report'; readonly action: string; readonly statuses: readonly string[] }
  | null

type Answer<Name extends BackOfficeAction16> = readonly [answer: ToStation16[Name][1], after?: After]
type Rows = {
  readonly [Name in BackOfficeAction16]: (body: Body, asked: ToStation16[Name][0]) => Answer<Name>
}

const accepted = { status: 'Accepted' } as const
const rejected = { status: 'Rejected' } as const

const outletOf = ({ outlets }: Body, number: number | undefined): Outlet | undefined =>
  outlets.find((outlet) => outlet.number === number)

const readOnlyKeys = new Set([
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleMaxPeriods',
  'MaxChargingProfilesInstalled',
  'ConnectorSwitch3to1PhaseSupported',
  'SupportedFeatureProfiles',
  'NumberOfConnectors',
  'LocalAuthListMaxLength',
  'SendLocalListMaxLength',
  'ChargingScheduleAllowedChargingRateUnit'
])

const rows: Rows = {
  CancelReservation: (body, { reservationId }) => {
    const outlet = body.outlets.find(({ reservation }) => reservation?.id === reservationId)
    if (!outlet) return [rejected]
    outlet.reservation = null
    if (outlet.status === 'Reserved') outlet.status = 'Available'
    return [accepted]
  },
  ChangeAvailability: (body, { connectorId, type }) => {
    const wanted =
      connectorId === 0 ? body.outlets : body.outlets.filter(({ number }) => number === connectorId)
    if (wanted.length === 0) return [rejected]
    const busy = type === 'Inoperative' ? wanted.filter(({ transaction }) => transaction !== null) : []
    for (const outlet of wanted) {
      if (busy.includes(outlet)) outlet.inoperativeAfter = true
      else setOperative(outlet, type === 'Operative')
    }
    return [{ status: busy.length > 0 ? 'Scheduled' : 'Accepted' }]
  },
  ChangeConfiguration: (body, { key, value }) => {
    if (!body.configuration.has(key)) return [{ status: 'NotSupported' }]
    if (readOnlyKeys.has(key)) return [rejected]
    body.configuration.set(key, value)
    return [accepted]
  },
  ClearCache: () => [accepted],
  ClearChargingProfile: (body, asked) => {
    const before = body.profiles.length
    const { connectorId: evse, chargingProfilePurpose: purpose, ...rest } = asked
    body.profiles = clear(body.profiles, {
      ...rest,
      ...(evse === undefined ? {} : { evse }),
      ...(purpose === undefined ? {} : { purpose: purposeOf(purpose) })
    })
    return [{ status: body.profiles.length < before ? 'Accepted' : 'Unknown' }]
  },
  DataTransfer: () => [{ status: 'UnknownVendorId' }],
  GetCompositeSchedule: (body, { connectorId, duration, chargingRateUnit }) => {
    const outlet = outletOf(body, connectorId) ?? null
    if (!outlet && connectorId !== 0) return [rejected]
    const unit = chargingRateUnit ?? unitOf(body)
    const chargingSchedule = compositeSchedule(body, { outlet, durationS: duration, unit })
    return [
      { ...accepted, connectorId, scheduleStart: chargingSchedule.startSchedule ?? '', chargingSchedule }
    ]
  },
  GetConfiguration: (body, { key }) => {
    const wanted = key && key.length > 0 ? key : [...body.configuration.keys()]
    const known = wanted.filter((each) => body.configuration.has(each))
    return [
      {
        configurationKey: known.map((each) => ({
          key: each,
          readonly: readOnlyKeys.has(each),
          value: body.configuration.get(each) ?? ''
        })),
        unknownKey: wanted.filter((each) => !body.configuration.has(each))
      }
    ]
  },
  GetDiagnostics: () => [
    { fileName: 'diagnostics.txt' },
    { kind: 'report', action: 'DiagnosticsStatusNotification', statuses: ['Uploading', 'Uploaded'] }
  ],
  GetLocalListVersion: ({ localList, temper }) => [
    { listVersion: temper.cards === 'not-supported' ? -1 : localList.version }
  ],
  RemoteStartTransaction: (body, { connectorId, idTag }) => {
    const outlet =
      connectorId === undefined
        ? body.outlets.find((each) => mayStart(each, idTag))
        : outletOf(body, connectorId)
    if (!outlet || !mayStart(outlet, idTag)) return [rejected]
    permit(body, outlet, idTag)
    return [accepted]
  },
  RemoteStopTransaction: (body, { transactionId }) => {
    const outlet = body.outlets.find(({ transaction }) => transaction?.id === transactionId)
    if (!outlet) return [rejected]
    stop(body, outlet, 'Remote')
    return [accepted]
  },
  ReserveNow: (body, { connectorId, expiryDate, idTag, parentIdTag, reservationId }) => {
    const outlet = outletOf(body, connectorId)
    const until = readInstant(expiryDate)
    if (!outlet || until === null) return [rejected]
    if (outlet.status === 'Faulted' || outlet.status === 'Unavailable') return [{ status: outlet.status }]
    const again = outlet.reservation?.id === reservationId
    if (outlet.status !== 'Available' && !again) return [{ status: 'Occupied' }]
    outlet.reservation = { id: reservationId, idTag, group: parentIdTag ?? null, untilMs: epochMsOf(until) }
    outlet.status = 'Reserved'
    return [accepted]
  },
  Reset: (body, { type }) => {
    for (const outlet of body.outlets) stop(body, outlet, type === 'Hard' ? 'HardReset' : 'SoftReset')
    return [accepted, { kind: 'reboot' }]
  },
  SendLocalList: (body, asked) => [{ status: takeList(body, asked) }],
  SetChargingProfile: (body, { connectorId, csChargingProfiles: profile }) => {
    const { profiles } = body.temper
    if (profiles === 'no-station-maximum' && profile.chargingProfilePurpose === 'ChargePointMaxProfile')
      return [{ status: 'NotSupported' }]
    if (profiles === 'rejected' || !fits(body, connectorId, profile)) return [rejected]
    body.profiles = keep(body.profiles, profileOf16(connectorId, profile), '1.6')
    return [accepted]
  },
  TriggerMessage: (_body, { requestedMessage, connectorId }) =>
    triggers.has(requestedMessage)
      ? [accepted, { kind: 'send', message: requestedMessage, connector: connectorId ?? null }]
      : [{ status: 'NotImplemented' }],
  UnlockConnector: (body, { connectorId }) => {
    const outlet = outletOf(body, connectorId)
    if (!outlet) return [{ status: 'NotSupported' }]
    stop(body, outlet, 'UnlockCommand')
    return [{ status: 'Unlocked' }]
  },
  UpdateFirmware: () => [
    {},
    {
      kind: 'report',
      action: 'FirmwareStatusNotification',
      statuses: ['Downloading', 'Downloaded', 'Installing', 'Installed']
    }
  ]
}

const triggers = new Set(['BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification'])

function mayStart(outlet: Outlet, idTag: string): boolean {
  const { operative, status, transaction, permit: given, reservation } = outlet
  if (!operative || status === 'Faulted' || transaction !== null || given !== null) return false
  return reservation === null || reservation.idTag === idTag
}

type Profile = ToStation16['SetChargingProfile'][0]['csChargingProfiles']

const unitOf = ({ temper }: Body) => (temper.rateUnit === 'Power' ? 'W' : 'A')

/** OCPP 1.6 §5.16 and §3.13.1: where each purpose may be set, and the one unit that this station takes. */
function fits(body: Body, connectorId: number, profile: Profile): boolean {
  const rules: Rules = {
    version: '1.6',
    units: [unitOf(body)],
    evses: body.outlets.map(({ number, transaction }) => ({
      id: number,
      transactionId: transaction ? String(transaction.id) : null
    })),
    current: 'AC',
    supplyPhases: 3,
    phaseSwitching: false,
    maxStackLevel: setting(body, 'ChargeProfileMaxStackLevel'),
    maxPeriods: setting(body, 'ChargingScheduleMaxPeriods'),
    v21: null
  }
  const wanted = { evse: connectorId, profile: asWire2(profile), from: 'set' } as const
  return faultsOf(wanted, body.profiles, rules).length === 0
}

/** @returns undefined when this station does not know the action */
export function answer(body: Body, action: string, payload: unknown): readonly [object, After] | undefined {
  if (!Object.hasOwn(rows, action)) return undefined
  if (action === 'GetCompositeSchedule' && !body.temper.readsBack) return undefined
  if (/LocalList/.test(action) && body.temper.cards === 'unknown') return undefined
  const row = rows[action as BackOfficeAction16] as (body: Body, asked: unknown) => readonly [object, After?]
  const [said, after = null] = row(body, payload)
  return [said, after]
}
