import { z } from 'zod'

export const TokenStatus = z.enum(['accepted', 'blocked', 'expired', 'invalid'])
export type TokenStatus = z.infer<typeof TokenStatus>

export const TokenType = z.enum([
  'ISO14443',
  'ISO15693',
  'KeyCode',
  'eMAID',
  'App',
  'Central',
  'Local',
  'NoAuthorization'
])
export type TokenType = z.infer<typeof TokenType>

/** What may start a session. `uid` compares without regard to case (OCPP CiString20). */
export const Token = z.strictObject({
  uid: z.string().min(1).max(36),
  type: TokenType.default('ISO14443'),
  status: TokenStatus,
  group: z.string().max(36).nullish(),
  driverId: z.string().max(64).nullish(),
  priceGroups: z.array(z.string().min(1).max(60)).max(20).optional(), // Memberships and fleets that prices ask for.
  expiresAt: z.iso.datetime().nullish()
})
export type Token = z.infer<typeof Token>
