import { z } from 'zod'
import { Token } from '../model/token.ts'
import { Identifier } from '../model/words.ts'

/** An edge asks for a token that its list does not name; over subject `token`, request and reply. */
export const TokenQuestion = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  uid: Token.shape.uid
})
export type TokenQuestion = z.infer<typeof TokenQuestion>

/** The cloud's word at this moment. `token` null: nobody of that uid is known there. */
export const TokenAnswer = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  uid: Token.shape.uid,
  token: Token.nullable()
})
export type TokenAnswer = z.infer<typeof TokenAnswer>
