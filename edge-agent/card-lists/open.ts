import type { CardList, ListKept } from '../drivers/contract.ts'
import { openBook, type Book } from './book.ts'
import type { Needs } from './needs.ts'
import { nextOf, seen, visited, type Visits } from './visits.ts'

const beatMs = 1_000
const gatherMs = 5_000 // An import of cards is many changes and one list.
const visitPatienceMs = 600_000 // A long list in short messages; each has the driver's own patience.

export type CardLists = { stop(): void }

/** Begins at once. Never throws; what fails is logged and tried again. @throws when what was kept is none of ours */
export function openCardLists(needs: Needs): CardLists {
  const { clock } = needs
  const ended = new AbortController()
  const work: Work = { book: openBook(needs), cards: null, changedMs: null, visits: new Map(), busy: false }
  const beat = (): void => {
    if (ended.signal.aborted) return
    timer = clock.after(beatMs, beat)
    step(needs, work, ended.signal)
  }
  let timer = clock.after(0, beat)
  return {
    stop() {
      ended.abort()
      timer.cancel()
    }
  }
}

type Work = {
  readonly book: Book
  cards: ReturnType<Needs['cards']> | null // Taken into the book.
  changedMs: number | null
  visits: Visits
  busy: boolean
}

function step(needs: Needs, work: Work, stopped: AbortSignal): void {
  const { clock, chargers, log } = needs
  const nowMs = clock.monotonicMs()
  work.visits = seen(work.visits, needs.chargerIds(), (id) => chargers.isConnected(id), nowMs)
  if (work.busy) return
  const act = turn(needs, work, nowMs)
  if (act === null) return
  work.busy = true
  act(stopped)
    .catch((cause: unknown) =>
      log.warn({ once: 'card-lists', err: cause }, 'a list of cards could not be kept')
    )
    .finally(() => {
      work.busy = false
    })
}

/** What is to be done now: a new list to take, or a charger to tell; null: nothing. */
function turn(needs: Needs, work: Work, nowMs: number): ((stopped: AbortSignal) => Promise<void>) | null {
  const cards = needs.cards()
  if (cards === work.cards) work.changedMs = null
  else work.changedMs ??= work.cards === null ? -Infinity : nowMs
  if (work.changedMs !== null && nowMs - work.changedMs >= gatherMs)
    return async () => {
      await work.book.take(cards)
      work.cards = cards
    }
  const list = work.book.list()
  const chargerId = list && nextOf(work.visits, list.revision, nowMs)
  if (list === null || chargerId === null) return null
  return async (stopped) => tell(needs, work, { chargerId, list }, stopped)
}

async function tell(
  needs: Needs,
  work: Work,
  { chargerId, list }: { readonly chargerId: string; readonly list: CardList },
  stopped: AbortSignal
): Promise<void> {
  const { clock, chargers } = needs
  const patience = new AbortController()
  const timer = clock.after(visitPatienceMs, () => patience.abort())
  let kept: ListKept = { kind: 'failed', error: 'it threw' }
  try {
    kept = await chargers.keepList(chargerId, list, AbortSignal.any([stopped, patience.signal]))
  } finally {
    timer.cancel()
    const { kind } = kept
    work.visits = visited(work.visits, chargerId, { kind, revision: list.revision }, clock.monotonicMs())
    needs.count(`card-list-${kind}`)
  }
  say(needs, chargerId, kept, list)
}

function say({ log }: Needs, chargerId: string, kept: ListKept, { revision, cards }: CardList): void {
  if (kept.kind === 'failed')
    log.warn({ chargerId, error: kept.error }, 'a charger did not take its list of cards')
  if (kept.kind === 'unsupported')
    log.info({ chargerId, because: kept.because }, 'a charger keeps no list of cards of its own')
  if (kept.kind !== 'kept' || kept.how === 'held') return
  const said = { chargerId, revision, how: kept.how, cards: kept.cards }
  log.info(said, 'a charger has the list of cards')
  if (kept.cards < cards.length)
    log.warn(
      { chargerId, of: cards.length, cards: kept.cards },
      'a charger has no room for all cards of the site'
    )
}
