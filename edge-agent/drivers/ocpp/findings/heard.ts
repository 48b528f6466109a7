import type { Finding } from './finding.ts'
import { noteStopped } from './told.ts'

type Call = { readonly action: string; readonly payload: unknown }

/** What a charger tells of itself, after it was taken: who it is, and which transaction is over. */
export function noteHeard(finding: Finding, { action, payload }: Call): void {
  const said = (payload ?? {}) as Readonly<Record<string, unknown>>
  if (action === 'StopTransaction') noteStopped(finding, String(said['transactionId']))
  if (action !== 'BootNotification') return
  const text = (key: string) => (typeof said[key] === 'string' ? said[key] : '')
  const firmware = said['firmwareVersion']
  finding.plate = {
    vendor: text('chargePointVendor'),
    model: text('chargePointModel'),
    firmware: typeof firmware === 'string' ? firmware : null
  }
}
