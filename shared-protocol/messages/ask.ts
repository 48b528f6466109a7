import { z } from 'zod'
import { LimitSource, SentLimit } from '../model/limit.ts'
import { PowerPicture } from '../model/power-picture.ts'
import { Identifier } from '../model/words.ts'

/**
 * "What if": these limits were set, each in place of the one of its source, and those sources lifted. Nothing is
 * changed by asking, so it is not signed and need not be kept.
 */
export const WhatIf = z.strictObject({
  limits: z.array(SentLimit).max(20), // The edge says what it would refuse, and why.
  lifted: z.array(LimitSource).max(20).default([])
})
export type WhatIf = z.infer<typeof WhatIf>

/** A question to a site over subject `ask`; an edge that is older than its `kind` says so. */
export const Question = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  site: Identifier,
  kind: z.literal('power-preview'),
  whatIf: WhatIf
})
export type Question = z.infer<typeof Question>

/** The plan as it stands and as it would be, made from the same moment. */
export const PowerPreview = z.strictObject({ before: PowerPicture, after: PowerPicture })
export type PowerPreview = z.infer<typeof PowerPreview>

/** `refused`: such a limit would not be taken, with the reason. `busy`: ask again. `unknown`: no such question here. */
export const AskFault = z.enum(['refused', 'busy', 'unknown'])
export type AskFault = z.infer<typeof AskFault>

export const AskAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ v: z.literal(1), id: z.uuid(), ok: z.literal(true), preview: PowerPreview }),
  z.strictObject({
    v: z.literal(1),
    id: z.uuid(),
    ok: z.literal(false),
    fault: AskFault,
    detail: z.string().max(500)
  })
])
export type AskAnswer = z.infer<typeof AskAnswer>
