import { z } from 'zod'
import { Identifier } from './words.ts'

/** What a person at the site would say of a connector; the API shows these words. */
export const ConnectorStatus = z.enum([
  'available',
  'preparing',
  'charging',
  'suspended',
  'finishing',
  'reserved',
  'unavailable',
  'faulted',
  'offline'
])
export type ConnectorStatus = z.infer<typeof ConnectorStatus>

export type ConnectorAddress = {
  readonly chargerId: string
  readonly evseId: number
  readonly connectorId: number
}

/** `{chargerId}:{evseId}:{connectorId}`, the connector's id in the API. */
export const ConnectorKey = z.string().regex(/^[A-Za-z0-9_-]{1,48}:\d{1,4}:\d{1,4}$/)

export const connectorKey = ({ chargerId, evseId, connectorId }: ConnectorAddress): string =>
  `${chargerId}:${evseId}:${connectorId}`

/** @throws RangeError when the text is no connector key */
export function readConnectorKey(key: string): ConnectorAddress {
  const [chargerId, evseId, connectorId] = key.split(':')
  if (!ConnectorKey.safeParse(key).success) throw new RangeError(`not a connector id: ${key.slice(0, 80)}`)
  return { chargerId: Identifier.parse(chargerId), evseId: Number(evseId), connectorId: Number(connectorId) }
}
