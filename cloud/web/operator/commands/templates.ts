/** A body to start from for each canonical action; what it means is checked by the cloud. */
export type Template = {
  readonly action: string
  readonly payload: (connector: string) => Readonly<Record<string, unknown>>
  readonly danger?: boolean
}

const on = (connector: string) => ({ connector })

export const templates: readonly Template[] = [
  { action: 'start', payload: (connector) => ({ connector, tokenUid: '' }), danger: true },
  { action: 'stop', payload: () => ({ sessionId: '' }), danger: true },
  { action: 'unlock', payload: on, danger: true },
  { action: 'reset', payload: () => ({ type: 'soft' }), danger: true },
  { action: 'setLimit', payload: (connector) => ({ connector, limitA: 16 }) },
  { action: 'clearLimit', payload: on },
  { action: 'setAvailability', payload: (connector) => ({ connector, available: false }), danger: true },
  {
    action: 'reserve',
    payload: (connector) => ({ connector, reservationId: 1, tokenUid: '', expiresAt: '' })
  },
  { action: 'cancelReservation', payload: () => ({ reservationId: 1 }) },
  { action: 'updateFirmware', payload: () => ({ location: '', retrieveAt: '' }), danger: true },
  { action: 'getDiagnostics', payload: () => ({ location: '' }) },
  { action: 'getConfiguration', payload: () => ({}) },
  { action: 'setConfiguration', payload: () => ({ key: 'HeartbeatInterval', value: '300' }) },
  { action: 'trigger', payload: (connector) => ({ message: 'StatusNotification', connector }) },
  { action: 'trust', payload: () => ({}), danger: true },
  { action: 'lockGround', payload: on },
  { action: 'unlockGround', payload: on },
  { action: 'ocpp.DataTransfer', payload: () => ({ vendorId: '' }) }
]

/** @returns the payload, or undefined when the text is no JSON object */
export function readPayload(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read } : undefined
  } catch {
    return undefined
  }
}
