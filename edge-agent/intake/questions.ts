import { connectorKey, type ConnectorAddress } from '@nova/shared-protocol/model'

/** What is asked for shows a clock that was set back by a little (after the first) or by much (after the second). */
const afterMs = [6_000, 32_000] as const

/** Chargers whose word was left out as older than what is known are asked once more: it may be their clock. */
export type Questions = {
  doubted(place: ConnectorAddress): void
  settled(place: ConnectorAddress): void
  /** @returns the connectors to ask for their status now; each twice at the most, until one of its words is taken */
  due(nowMs: number): readonly ConnectorAddress[]
}

type Open = { readonly place: ConnectorAddress; readonly asked: number; readonly sinceMs: number | null }

export function openQuestions(): Questions {
  const open = new Map<string, Open>()
  return {
    doubted(place) {
      const { chargerId, evseId, connectorId } = place
      const key = connectorKey(place)
      if (!open.has(key))
        open.set(key, { place: { chargerId, evseId, connectorId }, asked: 0, sinceMs: null })
    },
    settled: (place) => void open.delete(connectorKey(place)),
    due(nowMs) {
      const due: ConnectorAddress[] = []
      for (const [key, { place, asked, sinceMs }] of open) {
        const since = sinceMs ?? nowMs
        const waitMs = afterMs[asked]
        const isDue = waitMs !== undefined && nowMs - since >= waitMs
        if (isDue) due.push(place)
        open.set(key, { place, asked: asked + Number(isDue), sinceMs: since })
      }
      return due
    }
  }
}
