import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type YAMLMap
} from 'yaml'
import type { Problem } from './problem.ts'

/** A parsed YAML file that knows on which line each value stands. */
export type Located = {
  readonly value: unknown
  readonly faults: readonly Problem[]
  valueAt(path: readonly PropertyKey[]): unknown
  problem(path: readonly PropertyKey[], found: string, allowed: string): Problem
}

const mostAliases = 100 // A few shared blocks are handy; a bomb of nested ones is not.

/** Reads YAML text; what is no YAML at all becomes `faults` with their lines. */
export function readLocated(file: string, text: string): Located {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const lineOf = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const fault = (line: number, found: string): Problem => ({
    file,
    line,
    field: '(file)',
    found,
    allowed: 'YAML 1.2 with each key once'
  })
  const faults = [...document.errors, ...document.warnings].map((error) =>
    fault(lineOf(error.pos[0]), error.message)
  )
  const read = faults.length === 0 ? plain(document) : { value: undefined }
  if ('fault' in read) faults.push(fault(1, read.fault))
  const value = 'value' in read ? read.value : undefined
  return {
    value,
    faults,
    valueAt: (path) => valueAt(value, path),
    problem: (path, found, allowed) => ({
      file,
      line: lineOf(offsetOf(document, path)),
      field: fieldName(path),
      found,
      allowed
    })
  }
}

/** An alias that leads nowhere, or far too many of them, shows only here. */
function plain(document: Document.Parsed): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: document.toJS({ maxAliasCount: mostAliases }) as unknown }
  } catch (cause) {
    if (cause instanceof ReferenceError) return { fault: cause.message }
    throw cause
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<PropertyKey, unknown>)[step]
  }
  return here
}

/** Where the value stands, or the innermost thing around it when it is missing. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let offset = document.contents?.range?.[0] ?? 0
  let node: Node | null | undefined = document.contents
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    const next = childOf(node, step)
    if (next === undefined) return offset
    offset = next.offset
    node = next.node
  }
  return offset
}

type Child = { readonly node: Node | null; readonly offset: number }

function childOf(node: Node | null | undefined, step: PropertyKey): Child | undefined {
  if (isMap(node)) return memberOf(node, step)
  const item = isSeq(node) ? (node.items[Number(step)] as Node | undefined) : undefined
  return item ? { node: item, offset: item.range?.[0] ?? 0 } : undefined
}

function memberOf(map: YAMLMap, step: PropertyKey): Child | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
  if (!pair || !isScalar(pair.key)) return undefined
  return { node: pair.value as Node | null, offset: pair.key.range?.[0] ?? 0 }
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return name.replace(/^\./, '') || '(file)'
}
