/** What a live message changes in a list that is already on the page; order and place are kept. */
export type LiveConnector = { readonly id: string; readonly updatedAt?: string } & Readonly<
  Record<string, unknown>
>

/** Reads the `connectors` topic: one connector or many; each gets the API's id when it carries only its parts. */
export function readLive(data: string): readonly LiveConnector[] {
  const read: unknown = JSON.parse(data)
  return listOf(read).flatMap((each) => {
    if (typeof each !== 'object' || each === null) return []
    const fields: Record<string, unknown> = { ...each }
    const id =
      typeof fields['id'] === 'string'
        ? fields['id']
        : `${String(fields['chargerId'])}:${String(fields['evseId'])}:${String(fields['connectorId'])}`
    return [{ ...fields, id }]
  })
}

function listOf(read: unknown): readonly unknown[] {
  if (Array.isArray(read)) return read
  if (typeof read !== 'object' || read === null) return []
  if ('connectors' in read && Array.isArray(read.connectors)) return read.connectors
  if ('items' in read && Array.isArray(read.items)) return read.items
  return [read]
}

type Listed = { readonly id: string; readonly updatedAt?: string | null }

/** The same list with what is new written over what is old; an older message never wins over a newer one. */
export function withConnectors<Item extends Listed, List extends { readonly items: readonly Item[] }>(
  old: List | undefined,
  news: readonly LiveConnector[]
): List | undefined {
  if (!old) return old
  const byId = new Map(news.map((each) => [each.id, each]))
  let changed = false
  const items = old.items.map((item) => {
    const fresh = byId.get(item.id)
    if (!fresh || isOlder(fresh.updatedAt, item.updatedAt)) return item
    changed = true
    return { ...item, ...fresh }
  })
  return changed ? { ...old, items } : old
}

/** An older message never wins over what is newer. */
export const isOlder = (fresh: string | undefined, held: string | null | undefined): boolean =>
  typeof fresh === 'string' && typeof held === 'string' && Date.parse(fresh) < Date.parse(held)
