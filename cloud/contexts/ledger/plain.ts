import type { Database } from '../../db/index.ts'
import { digestOf } from './chain.ts'
import { nameOf, refused, type Linked, type Posted } from './linked.ts'
import { faultOf, isGuarded, type Transfer } from './model.ts'

/** Lists of one tenant that are written together. */
export type Group = { readonly tenantId: string; readonly lists: readonly Linked[] }

type Row = { ledger_post_groups: (string | null)[] }

/** A transfer alone in its list that leans on nothing but its key: posted at once, nothing taken from a guarded account. */
function plainOf({ transfers }: Linked): Transfer | undefined {
  const [transfer, ...more] = transfers
  if (transfer === undefined || more.length > 0) return undefined
  const { phase, resolves, entries } = transfer
  const isPlain = phase === 'posted' && resolves === null && faultOf(transfer) === undefined
  const takes = entries.some((entry) => isGuarded(entry) && entry.amountMinor < 0)
  return isPlain && !takes ? transfer : undefined
}

/** Whether the database can write these lists alone: all plain, no key twice. */
export function isPlain(lists: readonly Linked[]): boolean {
  const plain = lists.flatMap((linked) => plainOf(linked) ?? [])
  return plain.length === lists.length && new Set(plain.map(({ key }) => key)).size === plain.length
}

/**
 * Posts plain lists of some tenants in one round trip and one commit, all of them or none.
 * @param patient waits for a chain's head that somebody else holds
 * @returns for each group an outcome a list; undefined when the database cannot decide that group alone
 */
export async function postPlain(
  database: Pick<Database, 'call'>,
  groups: readonly Group[],
  patient: boolean
): Promise<readonly (readonly Posted[] | undefined)[]> {
  const columns = groups.map(columnsOf)
  const joined = <Key extends keyof Columns>(key: Key): unknown[] => columns.flatMap((each) => [...each[key]])
  const [row] = await database.call<Row>(
    groups.map(({ tenantId }) => tenantId),
    'ledger_post_groups',
    [
      patient,
      columns.map(({ keys }) => keys.length),
      columns.map(({ nameCurrencies }) => nameCurrencies.length),
      columns.map(({ amounts }) => amounts.length),
      ...order.map(joined)
    ]
  )
  if (row === undefined) throw new Error('the ledger gave no outcome')
  let from = 0
  return groups.map(({ lists }, index) => {
    const outcomes = row.ledger_post_groups.slice(from, from + lists.length)
    from += lists.length
    return outcomesOf(outcomes, columns[index]?.keys ?? [])
  })
}

const order = [
  'keys',
  'digests',
  'kinds',
  'currencies',
  'sessions',
  'memos',
  'instants',
  'nameCurrencies',
  'nameParties',
  'namePurposes',
  'owners',
  'lines',
  'accounts',
  'amounts'
] as const

type Columns = ReturnType<typeof columnsOf>

/** Columns of a tenant's transfers, of the accounts they name, and of their entries, which count into both. */
function columnsOf({ lists }: Group) {
  const transfers = lists.flatMap((list) => list.transfers)
  return {
    keys: transfers.map(({ key }) => key),
    digests: transfers.map(digestOf),
    kinds: transfers.map(({ kind }) => kind),
    currencies: transfers.map(({ currency }) => currency),
    sessions: transfers.map(({ sessionId }) => sessionId),
    memos: transfers.map(({ memo }) => memo),
    instants: lists.map(({ at }) => new Date(at).toISOString()),
    ...entryColumnsOf(transfers)
  }
}

/** An account that is named a hundred times is looked up once. */
function entryColumnsOf(transfers: readonly Transfer[]) {
  const names = new Map<string, number>()
  const [nameCurrencies, nameParties, namePurposes]: [string[], string[], string[]] = [[], [], []]
  const [owners, lines, accounts, amounts]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (const [index, { currency, entries }] of transfers.entries()) {
    for (const [line, entry] of entries.entries()) {
      const name = nameOf(currency, entry)
      const place = names.get(name) ?? names.size + 1
      if (place > names.size) {
        names.set(name, place)
        nameCurrencies.push(currency)
        nameParties.push(entry.party)
        namePurposes.push(entry.purpose)
      }
      owners.push(index + 1)
      lines.push(line)
      accounts.push(place)
      amounts.push(entry.amountMinor)
    }
  }
  return { nameCurrencies, nameParties, namePurposes, owners, lines, accounts, amounts }
}

function outcomesOf(
  outcomes: readonly (string | null)[],
  keys: readonly string[]
): readonly Posted[] | undefined {
  const known = outcomes.flatMap((outcome, index) =>
    outcome === null ? [] : [outcomeOf(outcome, keys[index] ?? '')]
  )
  return known.length === keys.length ? known : undefined
}

function outcomeOf(outcome: string, key: string): Posted {
  switch (outcome) {
    case 'posted':
    case 'exists':
      return { ok: true, outcome }
    case 'same-key-other-content':
      return refused(outcome, key)
    default:
      throw new Error(`the ledger says ${outcome}`)
  }
}
