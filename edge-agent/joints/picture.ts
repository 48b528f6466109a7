import { type AskAnswer, type PowerPreview, Question, type WhatIf } from '@nova/shared-protocol/messages'
import {
  connectorKey,
  judgeLimit,
  type ConnectorForecast,
  type PowerParticipant,
  type PowerPicture,
  type SiteLimit
} from '@nova/shared-protocol/model'
import { plainLimits, timelineOf, type Look, type Sources } from '../core/limits/index.ts'
import {
  fitted,
  foresee,
  foreseeUnder,
  nextWord,
  nodesUnder,
  pictureFrom,
  wiresOf,
  type Said,
  type Wires
} from '../core/picture/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Rooms } from './rooms.ts'

const mostBytes = 900_000 // NATS carries a megabyte; two of these in an answer share it.

/** The site's power as it stands and as it is foreseen; null before the first decision. */
export function pictureNow(rooms: Rooms): PowerPicture | null {
  const picture = pictureOfDecision(rooms)
  if (picture === null) return null
  const participants = participantsOf(rooms)
  return {
    ...picture,
    limits: rooms.desk.timeline(),
    forecast: forecastOf(rooms),
    ...(participants.length > 0 ? { participants } : {})
  }
}

type Kept = { readonly atMs: number; readonly tookMs: number; readonly forecast: ConnectorForecast[] }

const freshMs = 5_000
const restTimes = 50 // Looking ahead may take a fiftieth of the time, whatever the size of the site.
const keptOf = new WeakMap<Rooms, Kept>()

/** Made anew every five seconds, for large sites less often. */
function forecastOf(rooms: Rooms): ConnectorForecast[] {
  const sight = rooms.loop?.sight() ?? null
  const kept = keptOf.get(rooms)
  const atMs = rooms.clock.monotonicMs()
  if (kept && atMs - kept.atMs < Math.max(freshMs, kept.tookMs * restTimes)) return kept.forecast
  if (sight === null) return []
  const forecast = foresee(sight)
  keptOf.set(rooms, { atMs, tookMs: rooms.clock.monotonicMs() - atMs, forecast })
  return forecast
}

const silentMs = 15_000 // Older than that it is not shown as now.

function participantsOf({ participants, clock, parts }: Rooms): PowerParticipant[] {
  const told = parts?.told()
  return participants.map(({ participant: { id, kind }, latest }) => {
    const heard = latest()
    const why = told?.get(id)
    const reading = heard !== null && clock.monotonicMs() - heard.takenAtMs < silentMs ? heard.reading : null
    return {
      id,
      kind,
      powerW: reading === null ? null : Math.round(reading.totalW),
      socPercent: reading?.socPercent ?? null,
      state: reading?.state ?? 'silent',
      ...(why === undefined ? {} : { because: why.because.slice(0, 300) })
    }
  })
}

function pictureOfDecision(rooms: Rooms): PowerPicture | null {
  const { settings, state, intake, clock } = rooms
  const allocation = rooms.loop?.allocation() ?? null
  if (allocation === null) return null
  return pictureFrom({
    at: clock.instant(),
    grid: settings.grid,
    circuits: settings.circuits,
    chargers: intake.chargers(),
    limits: state.wanted().limits,
    allocation,
    idle: idleAmong(intake.views()),
    gridMilliA: allocation.meter === 'good' ? gridCurrents(rooms) : null,
    wires: wiresNow(rooms)
  })
}

/** On which phases the last decision counted; null before it. */
export function wiresNow({ loop }: Rooms): Wires | null {
  const sight = loop?.sight() ?? null
  return sight === null ? null : wiresOf(sight)
}

const idleAmong = (views: readonly ConnectorView[]): ReadonlySet<string> =>
  new Set(views.filter(({ connected, session }) => connected && session === null).map(connectorKey))

function gridCurrents({ settings, meters }: Rooms): [number, number, number] | null {
  const meter = meters.find(({ id }) => id === settings.grid.meter)?.driver.latest()
  const [l1, l2, l3] = meter?.reading.currentMilliA ?? []
  return l1 === undefined || l2 === undefined || l3 === undefined ? null : [l1, l2, l3]
}

/** For the live topic: the picture when it is worth a message, small enough for one. */
export function pictureTeller(rooms: Rooms): () => PowerPicture | null {
  let said: Said | null = null
  return () => {
    const picture = pictureNow(rooms)
    if (picture === null) return null
    const next = nextWord(said, picture, rooms.clock.monotonicMs())
    said = next ?? said
    return next === null ? null : fitted(picture, mostBytes)
  }
}

export type Preview = PowerPreview | { readonly refused: string }

/** The plan before and after, or why such a limit would not be taken; null: nothing was decided yet. Changes nothing. */
export function previewOf(rooms: Rooms, whatIf: WhatIf): Preview | null {
  const sight = rooms.loop?.sight() ?? null
  const before = pictureNow(rooms)
  if (sight === null || before === null) return null
  const look = lookOf(rooms)
  for (const limit of whatIf.limits) {
    const refusal = judgeLimit(limit, look.site, look.nowMs)
    if (refusal !== null) return { refused: `${refusal.name}: ${refusal.detail}` }
  }
  const given = limitsUnder(rooms.desk.limits(), whatIf)
  const sources: Sources = { given, ended: [], refused: [], standing: [] }
  const limits = plainLimits(sources, look)
  const plans = foreseeUnder(sight, limits)
  const after = {
    ...before,
    nodes: nodesUnder(before.nodes, sight, limits),
    limits: timelineOf(sources, look),
    forecast: plans.after
  }
  const now = { ...before, forecast: plans.now } // Of the same moment as the other one.
  return { before: fitted(now, mostBytes / 2), after: fitted(after, mostBytes / 2) }
}

/** What is given, less what is lifted, with what is set in place of what its source says now. */
function limitsUnder(now: readonly SiteLimit[], { limits, lifted }: WhatIf): SiteLimit[] {
  const gone = new Set([...lifted, ...limits.map(({ source }) => source)])
  return [...now.filter(({ source }) => !gone.has(source)), ...limits]
}

const dayMs = 86_400_000

function lookOf({ settings: { site, grid }, clock }: Rooms): Look {
  const nowMs = clock.now()
  return {
    nowMs,
    span: { startMs: nowMs - dayMs, endMs: nowMs + 7 * dayMs },
    timeZone: site.timeZone,
    site: { siteId: site.id, limitA: grid.limitA, voltageV: grid.voltageV }
  }
}

/** Answers the cloud's questions. null: not one of ours, which is not worth an answer. */
export async function answerQuestion(rooms: Rooms, bytes: Uint8Array): Promise<string | null> {
  const question = questionIn(bytes, rooms.settings.site.id)
  if (question === null) return null
  const head = { v: 1, id: question.id } as const
  const preview = previewOf(rooms, question.whatIf)
  if (preview === null)
    return JSON.stringify({
      ...head,
      ok: false,
      fault: 'busy',
      detail: 'nothing was decided here yet: ask again'
    })
  if ('refused' in preview)
    return JSON.stringify({ ...head, ok: false, fault: 'refused', detail: preview.refused.slice(0, 500) })
  return JSON.stringify({ ...head, ok: true, preview } satisfies AskAnswer)
}

function questionIn(bytes: Uint8Array, site: string): Question | null {
  try {
    const read = Question.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return read.success && read.data.site === site ? read.data : null
  } catch {
    return null // Not JSON: not from our cloud.
  }
}
