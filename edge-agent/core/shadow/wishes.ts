import type { Charger } from '@nova/shared-protocol/model'

/** What the cloud wants of a charger, field by field; what opens doors is not shown to anybody. */
export function wishesOf({ id: _id, security, ...charger }: Charger): Readonly<Record<string, unknown>> {
  return { ...charger, securityProfile: security.profile }
}
