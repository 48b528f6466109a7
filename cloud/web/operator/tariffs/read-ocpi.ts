export type ReadOcpi = {
  readonly id: string
  readonly name: string
  readonly tariff: Readonly<Record<string, unknown>>
}

/** A Tariff object, or the answer of a partner's `GET tariffs` around one; a text says why it is neither. */
export function readOcpi(text: string): ReadOcpi | string {
  const found = tariffIn(json(text))
  if (typeof found === 'string') return found
  const said = found['id']
  const id = (typeof said === 'string' ? said : '').replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 48)
  return { id, name: nameOf(found) ?? (id === '' ? 'OCPI' : id), tariff: found }
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error instanceof SyntaxError ? error.message : undefined
  }
}

function tariffIn(value: unknown): Fields | string {
  if (typeof value === 'string') return value
  if (isFields(value) && 'data' in value) return tariffIn(value['data'])
  if (Array.isArray(value))
    return value.length === 1 ? tariffIn(value[0]) : `${value.length} tariffs: one at a time`
  return isFields(value) && Array.isArray(value['elements']) ? value : 'no `elements`'
}

function nameOf({ tariff_alt_text: texts }: Fields): string | undefined {
  const first: unknown = Array.isArray(texts) ? texts[0] : undefined
  const name = isFields(first) ? first['text'] : undefined
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 80) : undefined
}
