import { nothing, type Handler } from './handler.ts'

/** Messages that are kept as they are: nobody here acts on them, people read them. */
const kept =
  (what: string): Handler =>
  async ({ payload }, { intake, chargerId }) => {
    await intake.notice(chargerId, what, payload)
    return nothing
  }

export const diagnosticsStatus = kept('diagnostics-status') // OCPP 1.6 §4.4.
export const firmwareStatus = kept('firmware-status') // §4.5.
export const signedFirmwareStatus = kept('signed-firmware-status') // Security white paper §5.20.
export const logStatus = kept('log-status') // Security white paper §5.14.
export const securityEvent = kept('security-event') // Security white paper §5.15.
