import type { BreakClass, Remedy } from './events.ts'

/** Money that moved, or should have, as our payments tell it. `day` is the date in the provider's own zone. */
export type Movement = {
  readonly id: string
  readonly kind: 'capture' | 'refund'
  readonly sessionId: string | null
  readonly provider: string
  readonly reference: string // Our id at the provider.
  readonly currency: string
  readonly amountMinor: number
  /** `open`: held or in flight; `ended`: declined or released, nothing was taken. */
  readonly state: 'moved' | 'open' | 'ended'
  readonly day: string
}

/** A line of a provider's statement; refunds, too, as positive amounts. */
export type Line = {
  readonly id: string
  readonly kind: 'capture' | 'refund'
  readonly provider: string
  readonly reference: string
  readonly currency: string
  readonly amountMinor: number
  readonly at: string
  readonly day: string
}

export type Break = {
  /** The same break found by another run has the same key. */
  readonly key: string
  readonly class: BreakClass
  readonly provider: string | null
  readonly reference: string | null
  readonly paymentId: string | null
  readonly sessionId: string | null
  readonly siteId: string | null
  readonly currency: string | null
  readonly differenceMinor: number
  readonly detail: string
  readonly evidence: Evidence
}
export type Evidence = {
  readonly ours?: object | undefined
  readonly theirs?: object | undefined
  readonly meter?: object | undefined
}

export type Compared = { readonly breaks: readonly Break[]; readonly matched: number }

/** Corrections that each class allows; anything else would hide a mistake instead of ending it. */
export const remedies: Readonly<Record<BreakClass, readonly Remedy[]>> = {
  'missing-here': ['refund', 'suspense'],
  'missing-there': ['claim', 'write-off'],
  amount: ['refund', 'claim', 'write-off'],
  currency: ['refund', 'claim', 'write-off'],
  duplicate: ['refund'],
  time: ['accept'],
  state: ['refund', 'accept'],
  negative: ['correct-bill', 'write-off'],
  'no-end': ['correct-bill', 'refund'],
  'impossible-power': ['correct-bill', 'accept'],
  energy: ['correct-bill', 'accept'],
  'no-meter-proof': ['correct-bill', 'accept'],
  'site-balance': ['accept']
}

/**
 * Holds our movements against a provider's lines: by our reference and kind, within it by amount. Both lists reach a
 * day beyond `date` on either side, so that what is booked around midnight finds its other half; each break belongs
 * to one date alone.
 */
export function compareMoney(date: string, movements: readonly Movement[], lines: readonly Line[]): Compared {
  const ours = Map.groupBy(movements, keyOf)
  const theirs = Map.groupBy(lines, keyOf)
  const found = [...new Set([...ours.keys(), ...theirs.keys()])].map((key) =>
    compareGroup(ours.get(key) ?? [], theirs.get(key) ?? [])
  )
  const dated = found.flatMap(({ breaks }) => breaks).filter((each) => each.day === date)
  return {
    breaks: dated.map(({ day: _day, ...each }) => each),
    matched: found.reduce((sum, { pairs }) => sum + pairs.filter((day) => day === date).length, 0)
  }
}

type Dated = Break & { readonly day: string }
type Group = { readonly breaks: readonly Dated[]; readonly pairs: readonly string[] }

const keyOf = ({ provider, reference, kind }: Movement | Line): string =>
  JSON.stringify([provider, reference, kind])

/** One reference is one payment, seldom with more than one movement of a kind. */
function compareGroup(ours: readonly Movement[], theirs: readonly Line[]): Group {
  const moved = ours.filter(({ state }) => state === 'moved')
  if (moved.length === 0) return { breaks: theirs.map((line) => unexpected(line, ours[0])), pairs: [] }
  const breaks: Dated[] = []
  const pairs: string[] = []
  const lines = [...theirs]
  const rest: Movement[] = []
  for (const movement of moved) {
    const at = bestFit(movement, lines)
    const [line] = at === -1 ? [] : lines.splice(at, 1)
    if (!line) rest.push(movement)
    else pairs.push(movement.day)
    if (line) breaks.push(...flawsOf(movement, line))
  }
  for (const movement of rest) {
    const line = lines.shift()
    breaks.push(line ? differing(movement, line) : missingThere(movement))
  }
  for (const line of lines) breaks.push(again(line, moved))
  return { breaks, pairs }
}

/** The line of the same amount; of the same day, if there is one. */
function bestFit(movement: Movement, lines: readonly Line[]): number {
  const equal = (line: Line): boolean =>
    line.currency === movement.currency && line.amountMinor === movement.amountMinor
  const sameDay = lines.findIndex((line) => equal(line) && line.day === movement.day)
  return sameDay === -1 ? lines.findIndex(equal) : sameDay
}

function flawsOf(movement: Movement, line: Line): Dated[] {
  if (movement.amountMinor <= 0)
    return [
      about(movement, line, { class: 'negative', detail: 'Both sides book an amount that is not positive.' })
    ]
  if (movement.day === line.day) return []
  const detail = `We count it to ${movement.day}, the provider to ${line.day}.`
  return [about(movement, line, { class: 'time', detail })]
}

function differing(movement: Movement, line: Line): Dated {
  if (line.currency !== movement.currency) {
    const detail = `${movement.currency} here, ${line.currency} at the provider.`
    return about(movement, line, { class: 'currency', detail })
  }
  const isNegative = movement.amountMinor <= 0 || line.amountMinor <= 0
  const detail = `${movement.amountMinor} ${movement.currency} here, ${line.amountMinor} at the provider.`
  return about(movement, line, { class: isNegative ? 'negative' : 'amount', detail })
}

const missingThere = (movement: Movement): Dated =>
  about(movement, undefined, {
    class: movement.amountMinor <= 0 ? 'negative' : 'missing-there',
    detail: 'The statement does not have it.'
  })

/** A line too many: the same once more, or something nobody ordered. */
function again(line: Line, moved: readonly Movement[]): Dated {
  const twin = moved.find(
    ({ amountMinor, currency }) => amountMinor === line.amountMinor && currency === line.currency
  )
  return twin
    ? about(undefined, line, { class: 'duplicate', detail: 'The provider books the same order twice.' }, twin)
    : about(
        undefined,
        line,
        { class: 'missing-here', detail: 'We have no such movement of this order.' },
        moved[0]
      )
}

function unexpected(line: Line, order: Movement | undefined): Dated {
  if (line.amountMinor <= 0) {
    const detail = `The provider books ${line.amountMinor} ${line.currency}.`
    return about(undefined, line, { class: 'negative', detail }, order)
  }
  if (!order)
    return about(undefined, line, { class: 'missing-here', detail: 'There is no order with this reference.' })
  const detail = order.state === 'open' ? 'Here it is still open.' : 'Here it ended without payment.'
  return about(undefined, line, { class: 'state', detail }, order)
}

type Said = Pick<Break, 'class' | 'detail'>

/** @param order whose it is when the movement itself is not the one that is missing */
function about(
  movement: Movement | undefined,
  line: Line | undefined,
  said: Said,
  order: Movement | undefined = movement
): Dated {
  const side = movement ?? line
  if (!side) throw new RangeError('a break is about a movement or a line')
  const { provider, reference, day, currency } = side
  return {
    ...said,
    key: [said.class, provider, reference, movement?.id ?? '', line?.id ?? ''].join('/'),
    day,
    provider,
    reference,
    ...ownerOf(order),
    siteId: null,
    currency,
    differenceMinor: differenceOf(movement, line),
    evidence: { ours: movement ?? order, theirs: line }
  }
}

const ownerOf = (order: Movement | undefined): Pick<Break, 'paymentId' | 'sessionId'> => ({
  paymentId: order?.kind === 'capture' ? order.id : null,
  sessionId: order?.sessionId ?? null
})

/** What the provider has more than we; amounts in two currencies have no difference. */
function differenceOf(movement: Movement | undefined, line: Line | undefined): number {
  if (movement && line && movement.currency !== line.currency) return 0
  return signed(line) - signed(movement)
}

const signed = (side: Movement | Line | undefined): number =>
  side === undefined ? 0 : side.kind === 'refund' ? 0 - side.amountMinor : side.amountMinor
