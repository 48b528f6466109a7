import { connectorKey } from '@nova/shared-protocol/model'
import { asksOf, pinnedPlan } from '@nova/shared-protocol/tariff'
import type { Session } from '../core/sessions/index.ts'
import type { SessionBook } from './book.ts'
import type { IntakeConfig } from './contract.ts'
import type { Hot } from './hot.ts'

type Known = {
  readonly tariffs: () => IntakeConfig['tariffs']
  readonly hot: Hot
  readonly book: SessionBook
}

/** Statuses of a connector at which no vehicle is. */
export const free: readonly string[] = ['available', 'reserved']

/** Whether the time after this session's end costs, and its vehicle may be there: a stop that comes late finds it gone. */
export function watchesLeaving({ tariffs, hot, book }: Known, session: Session): boolean {
  const plan = session.tariff && pinnedPlan(tariffs().plans, session.tariff)
  if (!plan || !asksOf(plan).departure) return false
  const { reported } = hot.state(session)
  const isFree = reported !== null && free.includes(reported.status) && isOfThisLink(hot, session, reported)
  const isFollowed = book
    .openOf(session.chargerId)
    .some((other) => other.sessionId !== session.sessionId && connectorKey(other) === connectorKey(session))
  return !isFree && !isFollowed
}

/** Heard since the connection that stands was made. */
export const isOfThisLink = (
  hot: Hot,
  { chargerId }: { readonly chargerId: string },
  { heardAt }: { readonly heardAt: string }
): boolean => Date.parse(heardAt) >= hot.linkChangedAt(chargerId)
