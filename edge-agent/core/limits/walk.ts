import {
  coldStart,
  limitInForce,
  stepFailsafe,
  usualRules,
  type FailsafeRules,
  type FailsafeState,
  type Heard
} from './failsafe.ts'

/** What may happen to a source with a heartbeat; `reboot` is ours. */
export type Happening = { readonly atMs: number; readonly what: Heard | { readonly kind: 'reboot' } }

export type WalkResult = {
  readonly steps: number
  readonly releases: number // Times that the source went from a limit to none by a named rule.
  readonly unnamed: readonly Happening[] // The same without one: must stay empty.
}

/** One random history of heartbeats, limits, releases, outages and reboots. @param random 0 ≤ … < 1 */
export function randomHistory(random: () => number, length: number): Happening[] {
  let atMs = 0
  let isOut = false
  return Array.from({ length }, () => {
    atMs += Math.floor(random() ** 3 * 400_000) // Mostly seconds, at times longer than any window.
    if (random() < 0.1) isOut = !isOut
    const what = isOut && random() < 0.9 ? quietly(random()) : loudly(random, atMs)
    return { atMs, what }
  })
}

const quietly = (chance: number): Happening['what'] => (chance < 0.05 ? { kind: 'reboot' } : { kind: 'tick' })

const absurd = [Number.NaN, -1, Number.POSITIVE_INFINITY]

function loudly(random: () => number, atMs: number): Happening['what'] {
  const chance = random()
  if (chance < 0.5) return { kind: 'heartbeat' }
  if (chance < 0.65) return { kind: 'tick' }
  if (chance < 0.7) return { kind: 'release' }
  if (chance < 0.74) return { kind: 'reboot' }
  if (chance < 0.78) return { kind: 'limit', limitW: absurd[Math.floor(random() * 3)] ?? -1, untilMs: null }
  const untilMs = random() < 0.5 ? null : atMs + Math.floor(random() * 600_000) - 60_000
  return { kind: 'limit', limitW: Math.floor(random() * 20_000), untilMs }
}

type Step = typeof stepFailsafe

/**
 * Goes through a history and looks at each step from a limit to none: is there a rule that names it? The judge
 * reads the history alone and knows nothing of the machine's states.
 * @param step the machine to try; another one only to see that the judge finds its faults
 */
export function walkFailsafe(
  history: readonly Happening[],
  rules: FailsafeRules = usualRules,
  step: Step = stepFailsafe
): WalkResult {
  let state: FailsafeState = coldStart(0)
  let wasFree = false
  let releases = 0
  const unnamed: Happening[] = []
  history.forEach((happening, index) => {
    const { atMs, what } = happening
    state = what.kind === 'reboot' ? coldStart(atMs) : step(state, what, atMs, rules).state
    const isFree = limitInForce(state, rules) === null
    if (isFree && !wasFree) {
      if (isNamed(history.slice(0, index + 1), rules)) releases++
      else unnamed.push(happening)
    }
    wasFree = isFree
  })
  return { steps: history.length, releases, unnamed }
}

/**
 * The rules: alive through the whole release window with no limit standing; or a limit written since the
 * fail-safe began had ended it, and was then released or came to its own end.
 */
function isNamed(history: readonly Happening[], rules: FailsafeRules): boolean {
  const nowMs = history.at(-1)?.atMs ?? 0
  const run = history.slice(history.findLastIndex(({ what }) => what.kind === 'reboot') + 1)
  const row = rowOf(run, nowMs, rules.heartbeatMs)
  if (row === null) return false
  const isNew = ({ atMs }: Happening): boolean => atMs > row.silentMs
  const upTo = (index: number): Happening[] => run.slice(0, index + 1).filter(isNew)
  if (stands(upTo(run.length - 1), nowMs)) return false
  const stood = run.some(({ atMs }, index) => index >= row.firstIndex && stands(upTo(index), atMs))
  return stood || nowMs - row.beganMs > rules.releaseMs
}

type Row = { readonly firstIndex: number; readonly beganMs: number; readonly silentMs: number }

/** The last heartbeats without a gap longer than the time-out, up to now, and when it was silent before; or null. */
function rowOf(run: readonly Happening[], nowMs: number, heartbeatMs: number): Row | null {
  let row: Row | null = null
  for (let index = run.length - 1; index >= 0; index--) {
    const { atMs = 0, what } = run[index] ?? {}
    if (what?.kind !== 'heartbeat') continue
    if ((row?.beganMs ?? nowMs) - atMs > heartbeatMs) return row && { ...row, silentMs: atMs + heartbeatMs }
    row = { firstIndex: index, beganMs: atMs, silentMs: -Infinity }
  }
  return row
}

/** Whether by the last word a limit stands. One that was over before it was written is no word. */
function stands(words: readonly Happening[], nowMs: number): boolean {
  const last = words.findLast(isWord)?.what
  return last?.kind === 'limit' && (last.untilMs === null || last.untilMs > nowMs)
}

function isWord({ atMs, what }: Happening): boolean {
  if (what.kind !== 'limit') return what.kind === 'release'
  const isOver = what.untilMs !== null && what.untilMs <= atMs
  return Number.isFinite(what.limitW) && what.limitW >= 0 && !isOver
}
