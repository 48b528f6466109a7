import { type AskAnswer, type PowerPreview, Question, type WhatIf } from '@nova/shared-protocol/messages'
import type { PowerPicture } from '@nova/shared-protocol/model'
import { fitted, nextWord, pictureFrom, type Said } from '../core/picture/index.ts'
import type { Rooms } from './rooms.ts'

const mostBytes = 900_000 // NATS carries a megabyte; two of these in an answer share it.

/** What the part that plans ahead offers, once it does: the picture with its forecast, and plans that are not applied. */
export type Foresight = {
  picture(): PowerPicture | null
  /** Changes nothing. `refused`: why such a limit would not be taken. */
  preview(whatIf: WhatIf): PowerPreview | { readonly refused: string }
}

/** The loop offers it when it has been given the part that plans ahead. */
const foresightOf = ({ loop }: Rooms): Partial<Foresight> => {
  const able: (typeof loop & Partial<Foresight>) | null = loop
  return able ?? {}
}

/** The site's power as it stands, from whoever plans ahead, else from the last decision; null before the first. */
export function pictureNow(rooms: Rooms): PowerPicture | null {
  const picture = foresightOf(rooms).picture?.() ?? pictureOfDecision(rooms)
  return picture && { ...picture, limits: rooms.desk.timeline() }
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
    gridMilliA: allocation.meter === 'good' ? gridCurrents(rooms) : null
  })
}

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
    const small = fitted(picture, mostBytes)
    const next = nextWord(said, small, rooms.clock.monotonicMs())
    said = next ?? said
    return next === null ? null : small
  }
}

/** @returns the plan before and after, or why there is none */
export function previewOf(rooms: Rooms, whatIf: WhatIf): ReturnType<Foresight['preview']> | null {
  const preview = foresightOf(rooms).preview?.(whatIf) ?? null
  if (preview === null || 'refused' in preview) return preview
  return { before: fitted(preview.before, mostBytes / 2), after: fitted(preview.after, mostBytes / 2) }
}

/** Answers the cloud's questions. null: not one of ours, which is not worth an answer. */
export async function answerQuestion(rooms: Rooms, bytes: Uint8Array): Promise<string | null> {
  const question = questionIn(bytes, rooms.settings.site.id)
  if (question === null) return null
  const head = { v: 1, id: question.id } as const
  const preview = previewOf(rooms, question.whatIf)
  if (preview === null)
    return JSON.stringify({ ...head, ok: false, fault: 'unknown', detail: 'this edge cannot plan ahead' })
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
