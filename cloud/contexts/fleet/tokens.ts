import { mostTokens, type SectionBody } from '@nova/shared-protocol/messages'
import { Token, TokenStatus, TokenType } from '@nova/shared-protocol/model'
import { z } from 'zod'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { moment, notFound, problem } from '../../http/index.ts'
import { kinds } from './events.ts'

export const NewToken = z.strictObject({
  uid: Token.shape.uid,
  type: TokenType.default('ISO14443'),
  status: TokenStatus.default('accepted'),
  driverId: z.string().max(64).nullish(),
  groupId: z.string().max(36).nullish(),
  expiresAt: moment.nullish()
})
export type NewToken = z.infer<typeof NewToken>
export const TokenChange = z.strictObject({
  type: TokenType.optional(),
  status: TokenStatus.optional(),
  driverId: z.string().max(64).nullish(),
  groupId: z.string().max(36).nullish(),
  expiresAt: moment.nullish()
})
export type TokenChange = z.infer<typeof TokenChange>

export const TokenShown = z.object({
  uid: z.string(),
  type: TokenType,
  status: TokenStatus,
  driverId: z.string().nullable(),
  groupId: z.string().nullable(),
  expiresAt: z.string().nullable(),
  changedAt: z.string()
})
export type TokenShown = z.infer<typeof TokenShown>

const columns = `uid, type, status, driver_id as "driverId", group_id as "groupId", expires_at as "expiresAt", changed_at as "changedAt"`
export const uidKey = (uid: string): string => uid.toLowerCase()

/** @throws Problem 409 when there is one with this uid */
export async function createToken(tx: Tx, token: NewToken): Promise<TokenShown> {
  try {
    await tx.query(
      `insert into tokens (tenant_id, uid_key, uid, type, status, driver_id, group_id, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        tx.tenantId,
        uidKey(token.uid),
        token.uid,
        token.type,
        token.status,
        token.driverId ?? null,
        token.groupId ?? null,
        token.expiresAt ?? null
      ]
    )
  } catch (error) {
    throw isUniqueViolation(error) ? problem(409, 'token-taken', 'There is a token with this uid.') : error
  }
  return changed(tx, token.uid)
}

/** Changes what is named. @throws Problem 404 */
export async function changeToken(tx: Tx, uid: string, change: TokenChange): Promise<TokenShown> {
  const set = <Value>(value: Value | undefined): [named: boolean, value: Value | null] => [
    value !== undefined,
    value ?? null
  ]
  const rows = await tx.query(
    `update tokens set type = coalesce($2, type), status = coalesce($3, status),
     driver_id = case when $4 then $5 else driver_id end, group_id = case when $6 then $7 else group_id end,
     expires_at = case when $8 then $9::timestamptz else expires_at end, changed_at = now()
     where uid_key = $1 returning 1`,
    [
      uidKey(uid),
      change.type ?? null,
      change.status ?? null,
      ...set(change.driverId),
      ...set(change.groupId),
      ...set(change.expiresAt)
    ]
  )
  if (rows.length === 0) throw notFound('token')
  return changed(tx, uid)
}

async function changed(tx: Tx, uid: string): Promise<TokenShown> {
  await tx.emit({ kind: kinds.tokensChanged, key: tx.tenantId ?? '', body: {} })
  return tx.one<TokenShown>(`select ${columns} from tokens where uid_key = $1`, [uidKey(uid)])
}

export async function tokenByUid(tx: Tx, uid: string): Promise<TokenShown | undefined> {
  return tx.maybe<TokenShown>(`select ${columns} from tokens where uid_key = $1`, [uidKey(uid)])
}

/** @param wanted.driverId only that driver's, null for all */
export async function listTokens(
  tx: Tx,
  wanted: { driverId: string | null; after: string | null; limit: number }
): Promise<TokenShown[]> {
  return tx.query<TokenShown>(
    `select ${columns} from tokens where ($1::text is null or driver_id = $1) and ($2::text is null or uid_key > $2) order by uid_key limit $3`,
    [wanted.driverId, wanted.after === null ? null : uidKey(wanted.after), wanted.limit + 1]
  )
}

/** The tenant's tokens, for its edges to decide by without the cloud. */
export async function tokensSection(tx: Tx, priceGroups: PriceGroups): Promise<SectionBody<'tokens'>> {
  const rows = await tx.query<TokenShown>(
    `select ${columns} from tokens order by uid_key limit ${mostTokens}`
  )
  return { tokens: rows.map((row) => toldToEdges(row, priceGroups)) }
}

/** One token as an edge is told of it, when it asks for one that its list does not name. */
export async function tokenForEdge(
  tx: Tx,
  uid: string,
  priceGroups: PriceGroups
): Promise<Token | undefined> {
  const token = await tokenByUid(tx, uid)
  return token && toldToEdges(token, priceGroups)
}

/** By driver: what prices may ask for of whoever holds a card. */
export type PriceGroups = ReadonlyMap<string, readonly string[]>

const mostGroups = 20 // As the language allows.

function toldToEdges(token: TokenShown, priceGroups: PriceGroups): Token {
  const { uid, type, status, driverId, groupId, expiresAt } = token
  const groups = (driverId === null ? undefined : priceGroups.get(driverId))?.slice(0, mostGroups)
  return { uid, type, status, driverId, group: groupId, expiresAt, ...(groups && { priceGroups: groups }) }
}
