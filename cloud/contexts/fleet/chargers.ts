import type { SectionBody } from '@nova/shared-protocol/messages'
import {
  Charger,
  ChargerSecurity,
  Evse,
  Identifier,
  isSpoken,
  PhaseRotation,
  Protocol,
  Registration,
  spokenProtocols
} from '@nova/shared-protocol/model'
import { z } from 'zod'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { kinds } from './events.ts'

export const NewCharger = Charger.extend({ siteId: Identifier })
export type NewCharger = z.infer<typeof NewCharger>

/** Written out: a default of the whole shape must not come back in when a field is left out. */
export const ChargerChange = z.strictObject({
  protocol: Protocol.optional(),
  identity: Charger.shape.identity.optional(),
  security: ChargerSecurity.optional(),
  circuit: Identifier.optional(),
  phaseRotation: PhaseRotation.optional(),
  fallbackA: z.number().min(0).max(1000).nullable().optional(), // null: automatic again.
  registration: Registration.optional(),
  managed: z.boolean().optional(),
  evses: z.array(Evse).min(1).max(16).optional()
})
export type ChargerChange = z.infer<typeof ChargerChange>

export type { Wiring } from '@nova/shared-protocol/model'

/** A charger as people see it: with what it said of itself, without its password. */
export type ChargerShown = Omit<NewCharger, 'security'> & {
  readonly security: { readonly profile: 0 | 1 | 2 | 3; readonly passwordSet: boolean }
  readonly reported: {
    readonly vendor: string | null
    readonly model: string | null
    readonly serial: string | null
    readonly firmware: string | null
    readonly bootedAt: string | null
    readonly online: boolean | null
    readonly onlineAt: string | null
  }
  readonly createdAt: string
}

/** Encrypts passwords with a key that lies outside the database; the edges need them in clear. */
export type Box = { seal(text: string): string; open(sealed: string): string }

type Row = {
  id: string
  site_id: string
  protocol: NewCharger['protocol']
  identity: string
  security_profile: 0 | 1 | 2 | 3
  password_sealed: string | null
  circuit: string | null
  phase_rotation: NewCharger['phaseRotation']
  fallback_a: number | null
  registration: NewCharger['registration']
  managed: boolean
  evses: NewCharger['evses']
  vendor: string | null
  model: string | null
  serial: string | null
  firmware: string | null
  booted_at: string | null
  online: boolean | null
  online_at: string | null
  created_at: string
}

const settings = (row: Row): Omit<NewCharger, 'security'> => ({
  id: row.id,
  siteId: row.site_id,
  protocol: row.protocol,
  identity: row.identity,
  ...(row.circuit === null ? {} : { circuit: row.circuit }),
  phaseRotation: row.phase_rotation,
  ...(row.fallback_a === null ? {} : { fallbackA: row.fallback_a }),
  registration: row.registration,
  managed: row.managed,
  evses: row.evses
})

const shown = (row: Row): ChargerShown => ({
  ...settings(row),
  security: { profile: row.security_profile, passwordSet: row.password_sealed !== null },
  reported: {
    vendor: row.vendor,
    model: row.model,
    serial: row.serial,
    firmware: row.firmware,
    bootedAt: row.booted_at,
    online: row.online,
    onlineAt: row.online_at
  },
  createdAt: row.created_at
})

const values = (tx: Tx, box: Box, charger: NewCharger): unknown[] => [
  tx.tenantId,
  charger.id,
  charger.siteId,
  charger.protocol,
  charger.identity,
  charger.security.profile,
  charger.security.password === undefined ? null : box.seal(charger.security.password),
  charger.circuit ?? null,
  charger.phaseRotation,
  charger.fallbackA ?? null,
  charger.registration,
  charger.managed,
  JSON.stringify(charger.evses)
]

/** @throws Problem 409 when id or identity is taken, 422 when the wiring does not fit */
export async function createCharger(tx: Tx, box: Box, charger: NewCharger): Promise<ChargerShown> {
  faultsOf(charger)
  try {
    await tx.query(
      `insert into chargers (tenant_id, id, site_id, protocol, identity, security_profile, password_sealed, circuit,
       phase_rotation, fallback_a, registration, managed, evses)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      values(tx, box, charger)
    )
  } catch (error) {
    throw taken(error)
  }
  await tx.emit({ kind: kinds.chargersChanged, key: charger.siteId, body: { siteId: charger.siteId } })
  return chargerById(tx, charger.id)
}

/** Changes what is named; a password that is not named stays. @throws Problem 404, 409, 422 */
export async function changeCharger(
  tx: Tx,
  box: Box,
  id: string,
  change: ChargerChange
): Promise<ChargerShown> {
  const row = await tx.maybe<Row>('select * from chargers where id = $1 for update', [id])
  if (!row) throw notFound('charger')
  const security = change.security ?? { profile: row.security_profile }
  const password =
    security.password ?? (row.password_sealed === null ? undefined : box.open(row.password_sealed))
  const { fallbackA, ...others } = dropUndefined(change)
  const { fallbackA: before, ...rest } = settings(row)
  const fallback = fallbackA === undefined ? before : fallbackA
  const next: NewCharger = {
    ...rest,
    ...others,
    ...(fallback === null || fallback === undefined ? {} : { fallbackA: fallback }),
    security: { profile: security.profile, ...(password === undefined ? {} : { password }) }
  }
  faultsOf(next)
  try {
    await tx.query(
      `update chargers set site_id = $3, protocol = $4, identity = $5, security_profile = $6, password_sealed = $7,
       circuit = $8, phase_rotation = $9, fallback_a = $10, registration = $11, managed = $12, evses = $13,
       changed_at = now() where tenant_id = $1 and id = $2`,
      values(tx, box, next)
    )
  } catch (error) {
    throw taken(error)
  }
  await tx.emit({ kind: kinds.chargersChanged, key: row.site_id, body: { siteId: row.site_id } })
  return chargerById(tx, id)
}

const dropUndefined = <Value extends object>(
  value: Value
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>
  }

/** @throws Problem 404 */
export async function deleteCharger(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.query<{ site_id: string }>('delete from chargers where id = $1 returning site_id', [
    id
  ])
  if (!row) throw notFound('charger')
  await tx.query('delete from connectors where charger_id = $1', [id])
  await tx.emit({ kind: kinds.chargersChanged, key: row.site_id, body: { siteId: row.site_id } })
}

function faultsOf({ protocol, security, evses }: NewCharger): void {
  if (!isSpoken(protocol))
    throw problem(
      422,
      'protocol-not-spoken',
      `Edges of this version speak ${spokenProtocols.join(', ')}, not ${protocol} yet.`
    )
  if (security.profile > 0 && security.profile < 3 && security.password === undefined)
    throw problem(
      422,
      'password-missing',
      `Security profile ${security.profile} needs a password of at least 16 characters.`
    )
  const keys = evses.flatMap((evse) => evse.connectors.map((connector) => `${evse.id}:${connector.id}`))
  if (new Set(keys).size !== keys.length)
    throw problem(422, 'connectors-twice', 'Two connectors have the same ids.')
}

function taken(error: unknown): unknown {
  return isUniqueViolation(error)
    ? problem(409, 'charger-taken', 'There is a charger with this id, or with this identity at the site.')
    : error
}

/** @throws Problem 404 */
export async function chargerById(tx: Tx, id: string): Promise<ChargerShown> {
  const row = await tx.maybe<Row>('select * from chargers where id = $1', [id])
  if (!row) throw notFound('charger')
  return shown(row)
}

export async function listChargers(
  tx: Tx,
  wanted: { siteId: string | null; after: string | null; limit: number }
): Promise<ChargerShown[]> {
  const rows = await tx.query<Row>(
    `select * from chargers where ($1::text is null or site_id = $1) and ($2::text is null or id > $2) order by id limit $3`,
    [wanted.siteId, wanted.after, wanted.limit + 1]
  )
  return rows.map(shown)
}

/** All at a site, in the order in which they came. */
export async function chargersAt(tx: Tx, siteId: string): Promise<Omit<NewCharger, 'security'>[]> {
  const rows = await tx.query<Row>('select * from chargers where site_id = $1 order by created_at, id', [
    siteId
  ])
  return rows.map(settings)
}

/** What a site's edge should know of its chargers, passwords included. */
export async function chargersSection(tx: Tx, box: Box, siteId: string): Promise<SectionBody<'chargers'>> {
  // The order in which they came: a new one takes no fallback from those before it.
  const rows = await tx.query<Row>('select * from chargers where site_id = $1 order by created_at, id', [
    siteId
  ])
  return {
    chargers: rows.map((row) => {
      const { siteId: _site, ...charger } = settings(row)
      const password = row.password_sealed === null ? {} : { password: box.open(row.password_sealed) }
      return { ...charger, security: { profile: row.security_profile, ...password } }
    })
  }
}
