import type { Answer } from '../../../kit/api/client.ts'
import {
  formatCurrent,
  formatEnergy,
  formatPower,
  wordFor,
  type Language,
  type Say
} from '../../../kit/text.ts'

export type Shown = Answer<'GET /sites/{id}/power/picture'>
export type Picture = NonNullable<Shown['picture']>
export type PowerNode = Picture['nodes'][number]
export type LimitState = Picture['limits'][number]
export type Forecast = Picture['forecast'][number]
export type Point = Forecast['points'][number]

export const keyOf = ({
  chargerId,
  evseId,
  connectorId
}: Pick<Forecast, 'chargerId' | 'evseId' | 'connectorId'>) => `${chargerId}:${evseId}:${connectorId}`

export type Leaf = { readonly node: PowerNode; readonly depth: number }

/** Nodes as they hang on each other, each behind its parent; what hangs on nothing known comes last. */
export function inOrder(nodes: readonly PowerNode[]): readonly Leaf[] {
  const children = Map.groupBy(nodes, ({ parent }) => parent)
  const seen = new Set<string>()
  const below = (parent: string | null, depth: number): Leaf[] =>
    (children.get(parent) ?? []).flatMap((node) => {
      if (seen.has(node.id)) return []
      seen.add(node.id)
      return [{ node, depth }, ...below(node.id, depth + 1)]
    })
  const tree = below(null, 0)
  const lost = nodes.filter(({ id }) => !seen.has(id)).map((node) => ({ node, depth: 0 }))
  return [...tree, ...lost]
}

/** A line of the tree: a phase in milliamperes, or the sum of all in watts. */
export type TreeRow = {
  readonly phase: 'L1' | 'L2' | 'L3' | 'sum'
  readonly load: number | null
  readonly committed: number
  readonly limit: number
  readonly free: number
  readonly loadShare: number // 0 to 1 of the limit, for the bar.
  readonly committedShare: number
}

const names = ['L1', 'L2', 'L3'] as const

/** What flows, what may flow, what is left: by phase, and in sum where that is limited. Only what is left may be below 0. */
export function rowsOf({ loadMilliA, committedMilliA, limitMilliA, total }: PowerNode): readonly TreeRow[] {
  const rows = names.map((phase, index) =>
    rowOf(phase, loadMilliA?.[index] ?? null, committedMilliA[index] ?? 0, limitMilliA[index] ?? 0)
  )
  return total === undefined ? rows : [...rows, rowOf('sum', total.loadW, total.committedW, total.limitW)]
}

const rowOf = (phase: TreeRow['phase'], load: number | null, committed: number, limit: number): TreeRow => ({
  phase,
  load,
  committed,
  limit,
  free: limit - committed,
  loadShare: shareOf(load ?? 0, limit),
  committedShare: shareOf(committed, limit)
})

const shareOf = (part: number, whole: number): number =>
  whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole))

const eventName = /^(operator|dr|event|schedule)-/

/** Whose limit it is, in words; sources of one kind with a number of their own share the kind's word. */
export function sourceName(source: string): string {
  const word = wordFor('limitSource', source)
  if (word !== source) return word
  const kind = eventName.exec(source)?.[1]
  return kind === undefined ? source : wordFor('limitSource', kind)
}

type Said = {
  readonly limitW: number | null
  readonly limitMilliA: readonly number[] | null
  readonly exportLimitW?: number | undefined
}

/** "50 kW", "16 A" where the phases agree, "16 / 10 / 16 A" where they do not, all that is limited where more is. */
export function limitText({ limitW, limitMilliA, exportLimitW }: Said, say: Say, language: Language): string {
  const parts = [
    ...(limitW === null ? [] : [formatPower(limitW, language)]),
    ...(limitMilliA === null ? [] : [ampsText(limitMilliA, language)]),
    ...(exportLimitW === undefined
      ? []
      : [say('power.feedIn', { power: formatPower(exportLimitW, language) })])
  ]
  return parts.join(' · ')
}

function ampsText(milliA: readonly number[], language: Language): string {
  const [first] = milliA
  if (milliA.every((each) => each === first)) return formatCurrent(first, language)
  return `${milliA.map((each) => formatCurrent(each, language).replace(' A', '')).join(' / ')} A`
}

const mostRefused = 3

/** What a person looks for first: what rules, the next of each source that comes again, the newest refusals, what was cancelled. */
export function inShort(limits: readonly LimitState[]): readonly LimitState[] {
  const newest = new Set(limits.filter(({ state }) => state === 'refused').slice(0, mostRefused))
  const coming = new Set<string>()
  return limits.filter((limit) => {
    const { source, state, version, limitW, limitMilliA } = limit
    if (state === 'refused') return newest.has(limit)
    if (state !== 'planned') return state !== 'past'
    const key = JSON.stringify([source, version, limitW, limitMilliA])
    const isFirst = !coming.has(key)
    coming.add(key)
    return isFirst
  })
}

/** The last instant that any forecast speaks of: where the picture's time ends. */
export function horizonOf({ at, forecast }: Pick<Picture, 'at' | 'forecast'>): number {
  const ends = forecast.flatMap(({ fullAt, points }) => [...points.map((point) => point.at), fullAt ?? at])
  return Math.max(Date.parse(at), ...ends.map((each) => Date.parse(each)))
}

/** Of a car whose need is known what it will have got; of another one what it can have if it takes all that it is offered. */
export const energyText = ({ energyWh, fullAt }: Forecast, say: Say, language: Language): string =>
  fullAt === null
    ? say('power.atMost', { energy: formatEnergy(energyWh, language) })
    : `≈ ${formatEnergy(energyWh, language)}`
