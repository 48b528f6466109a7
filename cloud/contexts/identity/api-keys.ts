import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { notFound, type Role } from '../../http/index.ts'
import { hashOf } from './access.ts'
import { noteAudit } from './audit.ts'

export type NewKey = {
  readonly name: string
  readonly roles: readonly Role[]
  readonly permissions: readonly string[]
  readonly expiresAt?: string | undefined
}

/** The key itself is shown this once; only its hash is kept. */
export async function createKey(tx: Tx, actor: string, wanted: NewKey): Promise<{ id: string; key: string }> {
  const id = randomUUID()
  const key = `nvx_${randomBytes(32).toString('base64url')}`
  await tx.query(
    `insert into api_keys (tenant_id, id, name, prefix, key_hash, roles, permissions, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.tenantId,
      id,
      wanted.name,
      key.slice(0, 10),
      hashOf(key),
      wanted.roles,
      wanted.permissions,
      wanted.expiresAt ?? null
    ]
  )
  await noteAudit(tx, {
    actor,
    act: 'api-key-created',
    subject: id,
    detail: `${wanted.name}: ${wanted.permissions.join(', ')}`
  })
  return { id, key }
}

/** @throws Problem 404 */
export async function revokeKey(tx: Tx, actor: string, id: string): Promise<void> {
  const rows = await tx.query(
    'update api_keys set revoked_at = coalesce(revoked_at, now()) where id = $1 returning 1',
    [id]
  )
  if (rows.length === 0) throw notFound('API key')
  await noteAudit(tx, { actor, act: 'api-key-revoked', subject: id })
}
