import { connectorKey, type ConnectorAddress } from '@nova/shared-protocol/model'
import { unknownConnector } from '../core/shadow/index.ts'
import type { ConnectorState, Field, Measured, Reported } from '../core/shadow/index.ts'
import type { Needs } from './contract.ts'
import { openQuestions, type Questions } from './questions.ts'
import { openShadowBook, type ShadowBook } from './shadow-book.ts'

export type Link = {
  readonly online: boolean
  readonly since: string
  readonly address: string
  readonly protocol: string
}

/**
 * What is known of chargers and connectors this second. Rebuilt from the shadows at the start, changed as soon
 * as something is heard: it goes on being true when the disk is not.
 */
export type Hot = ShadowBook & {
  state(place: ConnectorAddress): ConnectorState
  setState(place: ConnectorAddress, state: ConnectorState): void
  link(chargerId: string): Link | null
  setLink(chargerId: string, link: Link): void
  /** Connected in this process. */
  isConnected(chargerId: string): boolean
  /** Unix ms at which the link of this process was made or lost; start of the process before the first. */
  linkChangedAt(chargerId: string): number
  readonly questions: Questions
  changed(): void
  /** Once a turn. @returns stop listening */
  onChange(listener: () => void): () => void
  /** At once at every change, for what is derived from here. */
  onStale(listener: () => void): void
}

export const statusField = ({ evseId, connectorId }: ConnectorAddress): string =>
  `status/${evseId}/${connectorId}`
export const readingField = ({ evseId, connectorId }: ConnectorAddress): string =>
  `reading/${evseId}/${connectorId}`

export function openHot(needs: Needs): Hot {
  const startedAt = needs.now()
  const shadows = openShadowBook(needs)
  const states = new Map<string, ConnectorState>()
  const links = new Map<string, { online: boolean; at: number }>()
  const news = openNews()

  const value = (deviceId: string, name: string) => shadows.fields(deviceId).get(name)?.value ?? null

  return {
    ...shadows,
    state(place) {
      const key = connectorKey(place)
      const known = states.get(key) ?? restored(place, shadows.fields(place.chargerId))
      states.set(key, known)
      return known
    },
    setState(place, state) {
      states.set(connectorKey(place), state)
      news.changed()
    },
    link: (chargerId) => value(chargerId, 'link') as Link | null,
    setLink(chargerId, link) {
      links.set(chargerId, { online: link.online, at: needs.now() })
      news.changed()
    },
    isConnected: (chargerId) => links.get(chargerId)?.online ?? false,
    linkChangedAt: (chargerId) => links.get(chargerId)?.at ?? startedAt,
    questions: openQuestions(),
    changed: news.changed,
    onChange: news.onChange,
    onStale: news.onStale
  }
}

/** As the shadow has it from before this process began. */
const restored = (place: ConnectorAddress, fields: ReadonlyMap<string, Field>): ConnectorState => ({
  ...unknownConnector,
  reported: (fields.get(statusField(place))?.value ?? null) as Reported | null,
  measured: (fields.get(readingField(place))?.value ?? null) as Measured | null
})

/** Tells listeners once a turn, however much has changed in it. */
function openNews() {
  const listeners = new Set<() => void>()
  const derived: (() => void)[] = []
  let told = true
  return {
    onStale: (listener: () => void): void => void derived.push(listener),
    changed(): void {
      for (const listener of derived) listener()
      if (!told) return
      told = false
      setImmediate(() => {
        told = true
        for (const listener of listeners) listener()
      })
    },
    onChange(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}
