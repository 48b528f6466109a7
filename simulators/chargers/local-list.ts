import { readInstant, type IdTagInfo, type ToStation16 } from '@nova/shared-protocol/codecs/ocpp'
import { epochMsOf } from '@nova/shared-protocol/units'
import { setting, switchedOn, type Body } from './body.ts'

type Asked = ToStation16['SendLocalList'][0]
type Status = ToStation16['SendLocalList'][1]['status']

/** OCPP 1.6 §5.15: whole or as a difference, within the lengths that this station names; refused, nothing changes. */
export function takeList(body: Body, asked: Asked): Status {
  const refused = refusal(body, asked)
  if (refused !== null) return refused
  const { listVersion, updateType, localAuthorizationList = [] } = asked
  const entries = new Map(updateType === 'Full' ? [] : body.localList.entries)
  for (const { idTag, idTagInfo } of localAuthorizationList) {
    if (idTagInfo) entries.set(idTag.toLowerCase(), idTagInfo)
    else entries.delete(idTag.toLowerCase())
  }
  if (entries.size > setting(body, 'LocalAuthListMaxLength')) return 'Failed'
  body.localList = { version: listVersion, entries }
  return 'Accepted'
}

function refusal(body: Body, { listVersion, updateType, localAuthorizationList = [] }: Asked): Status | null {
  const { cards } = body.temper
  const isDifference = updateType === 'Differential'
  if (cards === 'not-supported') return 'NotSupported'
  if (isDifference && listVersion <= body.localList.version) return 'VersionMismatch'
  if (cards === 'failing' || (cards === 'whole-only' && isDifference)) return 'Failed'
  return localAuthorizationList.length > setting(body, 'SendLocalListMaxLength') ? 'Failed' : null
}

/** What the list says of a card now; null: the list is off, or does not name it. */
export function listed(body: Body, idTag: string): IdTagInfo | null {
  if (!switchedOn(body, 'LocalAuthListEnabled')) return null
  const found = body.localList.entries.get(idTag.toLowerCase())
  if (!found) return null
  const until = readInstant(found.expiryDate)
  const isOver = until !== null && epochMsOf(until) <= body.nowMs
  return isOver && found.status === 'Accepted' ? { ...found, status: 'Expired' } : found
}
