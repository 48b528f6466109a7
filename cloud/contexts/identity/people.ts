import { randomUUID } from 'node:crypto'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { notFound, problem, type Role } from '../../http/index.ts'
import { noteAudit } from './audit.ts'
import { kinds, type UserCreated } from './events.ts'
import { hashPassword } from './passwords.ts'
import { endSignIns, type UserRow } from './session.ts'

export type NewUser = {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly roles: readonly Role[]
  readonly permissions?: readonly string[]
}

/** The password's hash is made before the transaction: it takes longer than any statement. */
export async function prepareUser(user: NewUser): Promise<NewUser & { readonly hash: string }> {
  return { ...user, hash: await hashPassword(user.password) }
}

/** @throws Problem 409 when somebody on the platform has that address */
export async function createUser(
  tx: Tx,
  actor: string,
  user: NewUser & { readonly hash: string }
): Promise<string> {
  const id = randomUUID()
  const driverId = user.roles.includes('driver') ? id : null
  try {
    await tx.query(
      `insert into users (tenant_id, id, email, name, password_hash, roles, permissions, driver_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tx.tenantId, id, user.email, user.name, user.hash, user.roles, user.permissions ?? ['*'], driverId]
    )
  } catch (error) {
    if (isUniqueViolation(error))
      throw problem(409, 'email-taken', 'Somebody already signs in with this address.')
    throw error
  }
  const body: UserCreated = { userId: id, email: user.email, roles: [...user.roles], driverId }
  await tx.emit({ kind: kinds.userCreated, key: id, body })
  await noteAudit(tx, {
    actor,
    act: 'user-created',
    subject: id,
    detail: `${user.email}: ${user.roles.join(', ')}`
  })
  return id
}

/** Whether somebody of the tenant drives under this id. */
export const isDriver = async (tx: Tx, driverId: string): Promise<boolean> =>
  (await tx.maybe('select from users where driver_id = $1 limit 1', [driverId])) !== undefined

export type UserChange = {
  readonly name?: string | undefined
  readonly roles?: readonly Role[] | undefined
  readonly active?: boolean | undefined
  readonly hash?: string | undefined
}

/** Changes what is named; a new password, other roles or a lock end all sign-ins. @throws Problem 404 */
export async function changeUser(tx: Tx, actor: string, id: string, change: UserChange): Promise<UserRow> {
  const user = await tx.maybe<UserRow>(
    `update users set name = coalesce($2, name), roles = coalesce($3, roles), active = coalesce($4, active),
     password_hash = coalesce($5, password_hash) where id = $1 returning *`,
    [id, change.name ?? null, change.roles ?? null, change.active ?? null, change.hash ?? null]
  )
  if (!user) throw notFound('user')
  if (change.roles ?? change.hash ?? change.active === false) await endSignIns(tx, id)
  const changed = Object.entries(change).flatMap(([field, value]) =>
    value === undefined ? [] : [field === 'hash' ? 'password' : field]
  )
  await noteAudit(tx, { actor, act: 'user-changed', subject: id, detail: changed.join(', ') })
  return user
}

/** Makes a tenant. @throws Problem 409 when the id is taken */
export async function createTenant(
  tx: Tx,
  tenant: { readonly id: string; readonly name: string }
): Promise<void> {
  const made = await tx.query(
    'insert into tenants (id, name) values ($1, $2) on conflict do nothing returning 1',
    [tenant.id, tenant.name]
  )
  if (made.length === 0) throw problem(409, 'tenant-taken', 'There is a tenant with this id.')
}
