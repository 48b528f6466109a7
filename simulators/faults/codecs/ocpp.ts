import { isTransactional, readFrame, resultText, type Call } from '@nova/shared-protocol/codecs/ocpp'
import { beginTalk, step, usualRules, type Talk } from '@nova/shared-protocol/dialogues/ocpp'
import { Charger } from '@nova/shared-protocol/model'
import { prepare } from '@nova/edge-agent/ocpp/prepare'
import { loadValidators16 } from '@nova/edge-agent/ocpp/validators'
import { type Codec, mustHold, nothingDeclared, text } from './codec.ts'

const at = '2026-01-02T03:04:05.678Z'
const sampledValue = [
  { value: '1234.5', measurand: 'Energy.Active.Import.Register', unit: 'kWh', context: 'Sample.Periodic' },
  { value: '16.0', measurand: 'Current.Import', unit: 'A', phase: 'L1', location: 'Outlet' },
  { value: '4F434D467C', format: 'SignedData', context: 'Transaction.End' }
]
const meterValue = [{ timestamp: at, sampledValue }]
const calls: Readonly<Record<string, object>> = {
  Authorize: { idTag: 'TAG-1' },
  BootNotification: {
    chargePointVendor: 'V',
    chargePointModel: 'M',
    chargePointSerialNumber: 'S',
    iccid: '1'
  },
  DataTransfer: { vendorId: 'V', messageId: 'M', data: '{"a":1}' },
  DiagnosticsStatusNotification: { status: 'Uploading' },
  FirmwareStatusNotification: { status: 'Installed' },
  Heartbeat: {},
  LogStatusNotification: { status: 'Uploaded', requestId: 1 },
  MeterValues: { connectorId: 1, transactionId: 7, meterValue },
  SecurityEventNotification: { type: 'TamperDetectionActivated', timestamp: at, techInfo: 'x' },
  SignCertificate: { csr: '-----BEGIN CERTIFICATE REQUEST-----' },
  SignedFirmwareStatusNotification: { status: 'Installing', requestId: 1 },
  StartTransaction: { connectorId: 1, idTag: 'TAG-1', meterStart: 100, timestamp: at },
  StatusNotification: { connectorId: 1, errorCode: 'NoError', status: 'Charging', timestamp: at },
  StopTransaction: {
    transactionId: 7,
    idTag: 'TAG-1',
    meterStop: 200,
    timestamp: at,
    transactionData: meterValue
  }
}
const frames = Object.entries(calls).map(([action, payload]) => JSON.stringify([2, 'id-1', action, payload]))
const answers = [
  '[3,"1",{"status":"Accepted"}]',
  '[4,"1","GenericError","",{}]',
  '[2, 17 , "Heartbeat", {}]',
  '[6,"1","NotifyPeriodicEventStream",{}]',
  '[5,"1","FormatViolation","",{}]'
]

/** Framing and conversation: whatever comes, the line goes on or ends by its own rules, in bounded memory. */
export function ocppJ(): Codec {
  const rules = { ...usualRules, protocol: 'ocpp1.6' as const, idPrefix: 'n' }
  let talk: Talk = beginTalk(rules, 0)
  let now = 0
  return {
    name: 'ocpp-j',
    share: 1,
    good: [...frames, ...answers],
    declared: nothingDeclared,
    read(input) {
      now += 7
      const [next, todo] = step(talk, { kind: 'frame', frame: readFrame(text(input)) }, now)
      const isOver = todo.some(({ kind }) => kind === 'hang-up')
      talk = isOver ? beginTalk(rules, now) : step(next, { kind: 'answered' }, now)[0]
      mustHold(talk.inbound.length <= rules.mostInbound, 'the queue has an end')
      mustHold(({} as Record<string, unknown>)['polluted'] === undefined, 'no prototype is changed')
    }
  }
}

const charger = Charger.parse({
  id: 'CP1',
  protocol: 'ocpp1.6',
  identity: 'CP1',
  evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
})
const accepted = { status: 'accepted' as const, group: null, expiresAt: null }
const said = async (): Promise<void> => undefined

/** Takes everything and keeps nothing: what is tried here is the reading, not the store. */
const intake = {
  door: () => ({ kind: 'unclaimed' as const }),
  connected: said,
  disconnected: said,
  unclaimed: () => undefined,
  boot: async () => ({ registration: 'accepted' as const }),
  status: said,
  authorise: async () => accepted,
  start: async () => ({ transactionId: '1', authorisation: accepted }),
  stop: async () => ({ authorisation: accepted }),
  readings: said,
  notice: said,
  rejected: () => undefined
}

/** Schemas, handlers and readers of OCPP 1.6: transaction messages are never refused, each answer fits its schema. */
export function ocpp16(): Codec {
  const validators = loadValidators16()
  const clocks = { now: at, heardAt: at, heardMs: 0, heartbeatS: 60, retryBootS: 60 }
  const station = { chargerId: 'CP1', charger, intake, ...clocks }
  const take = async (call: Call): Promise<void> => {
    const prepared = prepare(call, validators)
    const { action, payload } = call
    mustHold(
      prepared.kind === 'take' || !isTransactional(action, payload),
      `${action} is never refused for its content`
    )
    if (prepared.kind === 'refuse') return
    const answer = await prepared.handler(prepared.said, station)
    const fault = validators.answer(action, answer)
    mustHold(fault === null, `the answer to ${action} fits: ${fault?.detail}`)
    resultText(call, answer)
  }
  return {
    name: 'ocpp1.6',
    share: 1,
    good: frames,
    declared: nothingDeclared,
    read(input) {
      const frame = readFrame(text(input))
      return frame.kind === 'call' ? take(frame) : undefined
    }
  }
}
