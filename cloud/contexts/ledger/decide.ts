import { digestOf } from './chain.ts'
import { nameOf, refused, type Linked, type Posted } from './linked.ts'
import { creditsOf, faultOf, isGuarded, type Entry, type Transfer } from './model.ts'

/** A pending transfer: what it holds, and whether that has been posted or let go. */
export type Hold = {
  readonly currency: string
  readonly entries: readonly Entry[]
  readonly resolved: boolean
}

/** What is posted on a guarded account, and what pending transfers have set aside of it. */
export type Balance = { readonly balance: number; readonly pending: number }

/** What the batch leans on, as it stands behind the lock of the chain's head. */
export type Books = {
  readonly digests: ReadonlyMap<string, string>
  readonly holds: ReadonlyMap<string, Hold>
  /** By `nameOf`; guarded accounts only, those never used are not there. */
  readonly balances: ReadonlyMap<string, Balance>
}

export type Dated = Transfer & { readonly at: string; readonly digest: string }

export type Decided = {
  /** One for each list, in their order; fewer when it stopped at a refusal. */
  readonly outcomes: readonly Posted[]
  readonly accepted: readonly Dated[]
  /** What the accepted transfers change on guarded accounts, by `nameOf`. */
  readonly changes: ReadonlyMap<string, Balance>
}

/**
 * Decides lists one after the other, each all or none, against books that change with every list accepted: a batch
 * comes to what its lists come to alone. Pure.
 */
export function decide(books: Books, lists: readonly Linked[], until: 'the end' | 'a refusal'): Decided {
  const state = openState(books)
  const outcomes: Posted[] = []
  const accepted: Dated[] = []
  for (const { transfers, at } of lists) {
    // The database keeps milliseconds, and the hash must be of what it keeps.
    const instant = new Date(at).toISOString()
    const dated = transfers.map((transfer) => ({ ...transfer, at: instant, digest: digestOf(transfer) }))
    const outcome = outcomeOf(state, dated)
    outcomes.push(outcome)
    if (!outcome.ok && until === 'a refusal') break
    if (outcome.ok && outcome.outcome === 'posted') {
      accepted.push(...dated)
      keep(state, dated)
    }
  }
  return { outcomes, accepted, changes: changesOf(books, state) }
}

type State = {
  readonly digests: Map<string, string>
  readonly holds: Map<string, Hold>
  readonly balances: Map<string, Balance>
  readonly moved: Set<string>
}

const openState = ({ digests, holds, balances }: Books): State => ({
  digests: new Map(digests),
  holds: new Map(holds),
  balances: new Map(balances),
  moved: new Set()
})

const nothing: Balance = { balance: 0, pending: 0 }

function outcomeOf(state: State, linked: readonly Dated[]): Posted {
  for (const transfer of linked) {
    const fault = faultOf(transfer)
    if (fault) return refused(fault, transfer.key)
  }
  return repeated(state, linked) ?? heldFault(state, linked) ?? shortFault(state, linked) ?? posted
}

const posted: Posted = { ok: true, outcome: 'posted' }

function repeated({ digests }: State, linked: readonly Dated[]): Posted | undefined {
  const twice = linked.find(({ key }, index) => linked.findIndex((each) => each.key === key) !== index)
  if (twice) return refused('same-key-other-content', twice.key)
  const other = linked.find(({ key, digest }) => digests.has(key) && digests.get(key) !== digest)
  if (other) return refused('same-key-other-content', other.key)
  const missing = linked.filter(({ key }) => !digests.has(key))
  if (missing.length === linked.length && linked.length > 0) return undefined
  // Linked transfers were written together, so that a part of them cannot be there alone.
  return missing[0] ? refused('same-key-other-content', missing[0].key) : { ok: true, outcome: 'exists' }
}

/** A post or void needs a hold that stands, and stays within it. */
function heldFault({ holds }: State, linked: readonly Dated[]): Posted | undefined {
  const ended = new Set<string>()
  for (const { key, resolves, currency, entries } of linked) {
    if (resolves === null) continue
    const held = holds.get(resolves)
    if (held?.currency !== currency) return refused('hold-not-found', key)
    if (held.resolved || ended.has(resolves)) return refused('hold-already-resolved', key)
    if (creditsOf(entries) > creditsOf(held.entries)) return refused('exceeds-hold', key)
    ended.add(resolves)
  }
  return undefined
}

function shortFault(state: State, linked: readonly Dated[]): Posted | undefined {
  for (const [name, { balance, pending, key }] of movesOf(state, linked)) {
    const now = state.balances.get(name) ?? nothing
    if (now.balance + balance - (now.pending + pending) < 0) return refused('insufficient-balance', key)
  }
  return undefined
}

type Move = Balance & { readonly key: string }

/** Net change of the list on each guarded account: what it posts, sets aside and frees again. */
function movesOf({ holds }: State, linked: readonly Dated[]): ReadonlyMap<string, Move> {
  const moves = new Map<string, Move>()
  for (const { key, phase, currency, resolves, entries } of linked) {
    const add = (entry: Entry, change: Balance): void => {
      const name = nameOf(currency, entry)
      const before = moves.get(name) ?? nothing
      const [balance, pending] = [before.balance + change.balance, before.pending + change.pending]
      moves.set(name, { balance, pending, key })
    }
    for (const entry of entries.filter(isGuarded)) {
      if (phase !== 'pending') add(entry, { balance: entry.amountMinor, pending: 0 })
      else if (entry.amountMinor < 0) add(entry, { balance: 0, pending: 0 - entry.amountMinor })
    }
    const held = resolves === null ? [] : (holds.get(resolves)?.entries ?? [])
    for (const entry of held.filter(isGuarded))
      if (entry.amountMinor < 0) add(entry, { balance: 0, pending: entry.amountMinor })
  }
  return moves
}

function keep(state: State, linked: readonly Dated[]): void {
  for (const [name, move] of movesOf(state, linked)) {
    const now = state.balances.get(name) ?? nothing
    state.moved.add(name)
    state.balances.set(name, { balance: now.balance + move.balance, pending: now.pending + move.pending })
  }
  for (const { key, digest, phase, currency, resolves, entries } of linked) {
    state.digests.set(key, digest)
    if (phase === 'pending') state.holds.set(key, { currency, entries, resolved: false })
    const held = resolves === null ? undefined : state.holds.get(resolves)
    if (held && resolves !== null) state.holds.set(resolves, { ...held, resolved: true })
  }
}

/** Also those that came back to where they were: an account that was moved has its row. */
function changesOf(books: Books, { balances, moved }: State): ReadonlyMap<string, Balance> {
  return new Map(
    [...moved].map((name) => {
      const [before, now] = [books.balances.get(name) ?? nothing, balances.get(name) ?? nothing]
      return [name, { balance: now.balance - before.balance, pending: now.pending - before.pending }]
    })
  )
}
