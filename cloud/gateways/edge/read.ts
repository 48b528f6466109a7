import { Fact, History } from '@nova/shared-protocol/messages'

export type ReadEvent<Value> =
  | { readonly ok: true; readonly value: Value; readonly text: string }
  | { readonly ok: false; readonly because: string }

/** A fact's text to a fact of the language, and the same text as PostgreSQL's jsonb takes it. */
export const readFact = (body: string): ReadEvent<Fact> => read(body, Fact)
export const readHistory = (body: string): ReadEvent<History> => read(body, History)

type Schema<Value> = {
  safeParse(
    value: unknown
  ):
    | { success: true; data: Value }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }
}

function read<Value>(body: string, schema: Schema<Value>): ReadEvent<Value> {
  let raw: unknown
  try {
    raw = JSON.parse(body)
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) }
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success)
    return { ok: true, value: parsed.data, text: storable(body) ? body : JSON.stringify(raw, wellFormed) }
  const first = parsed.error.issues[0]
  return { ok: false, because: `${first?.path.join('.')}: ${first?.message}` }
}

/** Escapes that JSON knows and jsonb does not: NUL and halves of surrogate pairs. */
const storable = (body: string): boolean => !/\\u(0000|[dD][89a-fA-F])/.test(body) && body.isWellFormed()

const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? plainText(value) : value

/** Text as PostgreSQL can hold it. */
export const plainText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
