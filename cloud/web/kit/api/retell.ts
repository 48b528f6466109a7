import type { QueryClient } from '@tanstack/react-query'
import type { StreamEvent } from './event-stream.ts'

export type Patch = (cache: QueryClient, event: StreamEvent) => void

/** What the live line hands over. */
export type Retold = {
  /** A message of the stream. */
  heard(event: StreamEvent): void
  /** The stream is there, for the first time or again: what was said before it was, nobody heard. */
  opened(): void
  stop(): void
}

const openedNow: StreamEvent = { event: '', data: '', id: null } // No topic has this name.

/**
 * Brings live messages and answers together. They travel on two roads: an answer that was asked for before a
 * message came may have been made before it too, and would write the old state over the new one, or there was no
 * page yet for the message to change. So messages are kept while a question is under way, and told again when its
 * answer is there. What was asked before the stream was open is asked once more.
 */
export function retell(cache: QueryClient, patch: Patch): Retold {
  const news: StreamEvent[] = []
  const askedAt = new Map<string, number>() // How many news there were when the question left.
  const forget = (hash: string): void => {
    askedAt.delete(hash)
    if (askedAt.size === 0) news.length = 0
  }
  const unsubscribe = cache.getQueryCache().subscribe((change) => {
    if (change.type === 'removed') return forget(change.query.queryHash)
    if (change.type !== 'updated') return
    const { action, query } = change
    if (action.type === 'fetch') return void askedAt.set(query.queryHash, news.length)
    if (action.type === 'error') return forget(query.queryHash)
    if (action.type !== 'success' || action.manual === true) return
    const missed = news.slice(askedAt.get(query.queryHash) ?? news.length)
    forget(query.queryHash)
    if (missed.includes(openedNow))
      return void cache.invalidateQueries({ predicate: (each) => each === query })
    for (const event of missed) patch(cache, event)
  })
  return {
    heard(event) {
      if (askedAt.size > 0) news.push(event)
      patch(cache, event)
    },
    opened() {
      if (askedAt.size > 0) news.push(openedNow)
      void cache.invalidateQueries()
    },
    stop: unsubscribe
  }
}
