import type { Listener, Tx } from '../../db/index.ts'
import { keepSignal } from './course.ts'
import { onEnded, onReviewRaised, onStarted, onSuspended } from './facts.ts'
import { factKinds, FromEdge, type Told } from './from-edge.ts'
import { keepMessages } from './messages.ts'
import type { Inside } from './needs.ts'
import { onReadings } from './readings.ts'
import { onReservation } from './reservations.ts'
import { onLeft } from './standing.ts'

/** Facts of the edges, in the order of each site. */
async function onFact(needs: Inside, tx: Tx, told: Told & { readonly number: number }): Promise<void> {
  const { siteId, fact, number } = told
  switch (fact.kind) {
    case 'session.started.v1':
      return onStarted(needs, tx, fact, { siteId })
    case 'session.reading.v1':
    case 'raw.kept.v1':
      return // These two are taken together, see below.
    case 'session.suspended.v1':
      return onSuspended(needs, tx, { number, fact })
    case 'session.ended.v1':
      return onEnded(needs, tx, fact, { siteId })
    case 'session.left.v1':
      return onLeft(needs, tx, fact)
    case 'reservation.changed.v1':
      return onReservation(needs, tx, { siteId, fact })
    case 'signal.noted.v1':
      return void (await keepSignal(tx, siteId, fact))
    case 'review.raised.v1':
      return onReviewRaised(tx, fact, { siteId })
  }
}

const isReading = (fact: Told['fact']) => fact.kind === 'session.reading.v1'

export const factsListener = (needs: Inside): Listener => ({
  name: 'charging-facts',
  kinds: factKinds,
  async handle(tx, events) {
    const told = events.map(({ id, body }) => ({ number: id, ...FromEdge.parse(body) }))
    for (const each of told) await onFact(needs, tx, each)
    // These depend on no other fact, and nobody reads one before this transaction is over.
    await onReadings(needs, tx, told.map(({ fact }) => fact).filter(isReading))
    await keepMessages(
      tx,
      told.flatMap(({ number, fact }) => (fact.kind === 'raw.kept.v1' ? [{ number, fact }] : []))
    )
  }
})
