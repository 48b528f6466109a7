import type { Handler } from './handler.ts'

/** OCPP 1.6 §4.3: we have an agreement with no vendor, and say so. What came is kept. */
export const dataTransfer: Handler = async ({ payload }, { intake, chargerId }) => {
  await intake.notice(chargerId, 'data-transfer', payload)
  return { status: 'UnknownVendorId' }
}
