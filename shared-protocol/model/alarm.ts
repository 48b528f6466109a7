import { z } from 'zod'

export const Severity = z.enum(['info', 'warning', 'urgent'])
export type Severity = z.infer<typeof Severity>

/** Closed list: an alarm has a name that a runbook can be written for. */
export const AlarmCode = z.enum([
  'charger-unclaimed',
  'charger-refused', // Wrong credentials.
  'charger-impostor', // Second connection for a living identity.
  'charger-offline',
  'charger-ignores-limit',
  'charger-forgets-limit', // Says another limit than it was told, also after it was told again.
  'connector-faulted',
  'meter-silent',
  'meter-untrusted',
  'participant-silent', // A battery or an inverter that is not heard: it counts with its rating.
  'participant-ignores-limit',
  'limit-out-of-reach', // Reserved commitments exceed the limit; missing watts are named.
  'cloud-silent',
  'storage-failing', // Disk full, read-only or broken.
  'storage-low',
  'gateway-fenced', // Another process acts for this site.
  'outbox-growing',
  'message-rejected',
  'session-review'
])
export type AlarmCode = z.infer<typeof AlarmCode>
