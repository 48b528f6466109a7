import {
  changedList,
  listedCards,
  revisionIn,
  versionOf,
  wholeList,
  type ListedCard,
  type ListUpdate
} from '@nova/shared-protocol/codecs/ocpp'
import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import type { CardList, ListAbility, ListKept } from '../../contract.ts'
import type { Finding } from '../findings/finding.ts'
import { deedOf } from '../orders/deed.ts'
import type { Line } from '../orders/line.ts'
import { abilityOf, askAbility, firmwareOf, type ListNeeds } from './ability.ts'

export type ListStation = Line & { readonly charger: { readonly id: string }; readonly finding: Finding }

const failuresOut = 3 // Whole lists refused in a row.

/**
 * Brings a charger's own list to this revision (OCPP 1.6 §5.10, §5.15): by the difference when it holds one that is
 * remembered, else whole. Never rejects.
 */
export async function keepList(
  needs: ListNeeds,
  station: ListStation,
  list: CardList,
  signal: AbortSignal
): Promise<ListKept> {
  const known = abilityOf(needs, station.charger.id, station.finding)
  if (known?.cannot) return { kind: 'unsupported', because: known.cannot }
  const said = await ask(needs, station, ['GetLocalListVersion', {}], signal)
  const holds = versionIn(said)
  if (holds === 'cannot') return giveUp(needs, station, 'it has no list of its own')
  if (typeof holds !== 'number') return holds
  const isEmpty = holds === 0 && list.cards.length === 0
  if (isEmpty || holds === versionOf(list.revision)) return { kind: 'kept', cards: null, how: 'held' }
  const ability = known ?? (await askAbility(needs, { line: station, finding: station.finding }, signal))
  if (ability === null) return { kind: 'failed', error: 'the charger did not name the lengths of its list' }
  return tell({ needs, station, list, ability, signal }, holds)
}

type Telling = {
  readonly needs: ListNeeds
  readonly station: ListStation
  readonly list: CardList
  readonly ability: ListAbility
  readonly signal: AbortSignal
}

async function tell(telling: Telling, holds: number): Promise<ListKept> {
  const { needs, station, list, ability } = telling
  const cards = listedCards(list.cards, ability.mostCards)
  const changes = differenceFrom(telling, holds, cards)
  const first = changes && (await send(telling, changes))
  if (first && (first.kind !== 'refused' || first.status === 'NotSupported')) {
    return ended(telling, first, { cards: cards.length, how: 'difference' })
  }
  const { revision } = list
  const whole = await send(telling, wholeList(cards, { revision, perMessage: ability.perMessage }))
  // A difference that fits and was refused, and a whole list that was taken: it is no station for differences.
  const isWholeOnly = first?.status === 'Failed' && whole.kind === 'taken'
  if (isWholeOnly) await remember(needs, station, { ...ability, takesDifferences: false })
  return ended(telling, whole, { cards: cards.length, how: 'whole' })
}

/** From what the charger holds; null: that is not known any more, or it takes no differences. */
function differenceFrom(
  { list, ability }: Telling,
  holds: number,
  cards: readonly ListedCard[]
): readonly ListUpdate[] | null {
  const { mostCards, perMessage, takesDifferences } = ability
  const held = takesDifferences ? revisionIn(holds) : null
  const before = held === null ? null : list.before(held)
  return before && changedList(listedCards(before, mostCards), cards, { revision: list.revision, perMessage })
}

type Sent =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly status: string }
  | { readonly kind: 'failed'; readonly error: string }

async function send({ needs, station, signal }: Telling, updates: readonly ListUpdate[]): Promise<Sent> {
  for (const update of updates) {
    const outcome = await ask(needs, station, ['SendLocalList', update], signal)
    if (isUnknown(outcome)) return { kind: 'refused', status: 'NotSupported' }
    const deed = deedOf(outcome)
    if (deed.kind === 'failed' && outcome.kind !== 'error') return deed
    if (deed.kind !== 'accepted') return { kind: 'refused', status: statusOf(outcome) }
  }
  return { kind: 'taken' }
}

async function ended(
  { needs, station, ability }: Telling,
  sent: Sent,
  told: { readonly cards: number; readonly how: 'difference' | 'whole' }
): Promise<ListKept> {
  if (sent.kind === 'failed') return sent
  if (sent.kind === 'taken') {
    const known = abilityOf(needs, station.charger.id, station.finding)
    if (known === null || known.failures > 0)
      await remember(needs, station, { ...(known ?? ability), failures: 0 })
    return { kind: 'kept', ...told }
  }
  if (sent.status === 'NotSupported') return giveUp(needs, station, 'it says NotSupported to lists')
  const failures = ability.failures + 1
  if (failures >= failuresOut)
    return giveUp(needs, station, `it answered ${sent.status} to ${failures} whole lists`)
  await remember(needs, station, { ...ability, failures })
  return { kind: 'failed', error: `the charger answered ${sent.status} to a whole list` }
}

async function giveUp(needs: ListNeeds, station: ListStation, because: string): Promise<ListKept> {
  const known = abilityOf(needs, station.charger.id, station.finding)
  const nothing = { mostCards: 0, perMessage: 1, takesDifferences: false, failures: 0 }
  await remember(needs, station, { firmware: null, ...nothing, ...known, cannot: because })
  return { kind: 'unsupported', because }
}

async function remember(
  needs: ListNeeds,
  { charger, finding }: ListStation,
  found: ListAbility
): Promise<void> {
  await needs.memory.remember(charger.id, { ...found, firmware: firmwareOf(finding, found) })
}

async function ask(
  { patienceMs }: ListNeeds,
  station: ListStation,
  [action, payload]: readonly [string, object],
  signal: AbortSignal
): Promise<Outcome> {
  return station.ask({ action, payload, urgent: false, topic: null, patienceMs }, signal)
}

const isUnknown = (outcome: Outcome): boolean =>
  outcome.kind === 'error' && /^Not(Implemented|Supported)$/.test(outcome.code)

function statusOf(outcome: Outcome): string {
  if (outcome.kind === 'error') return outcome.code
  const { status } = (outcome.kind === 'result' ? outcome.payload : null) as { readonly status?: unknown }
  return typeof status === 'string' ? status : 'nonsense'
}

/** §5.10: 0 is an empty list, −1 none at all. */
function versionIn(outcome: Outcome): number | 'cannot' | Extract<ListKept, { kind: 'failed' }> {
  if (isUnknown(outcome)) return 'cannot'
  const deed = deedOf(outcome)
  if (deed.kind === 'failed') return deed
  const { listVersion } = deed.answer as { readonly listVersion?: unknown }
  if (typeof listVersion !== 'number' || !Number.isSafeInteger(listVersion))
    return { kind: 'failed', error: 'the charger named no version of its list' }
  return listVersion < 0 ? 'cannot' : listVersion
}
