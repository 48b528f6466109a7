import { randomUUID } from 'node:crypto'
import { readKey, type Curve, type MeterKey } from '@nova/shared-protocol/codecs/ocmf'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { isUsable } from './verifier.ts'

export type KeyRow = MeterKey & {
  readonly id: string
  readonly chargerId: string | null
  readonly enteredBy: string
  readonly enteredAt: string
}

const columns = `id, serial, charger_id as "chargerId", curve, spki_hex as "spkiHex", valid_from as "validFrom",
  valid_until as "validUntil", entered_by as "enteredBy", entered_at as "enteredAt"`

export type NewKey = {
  readonly serial: string
  readonly chargerId: string | null
  readonly publicKey: string
  readonly curve: Curve | undefined
  readonly validFrom: string
  readonly enteredBy: string
}

/** @throws Problem 422 `key-not-readable`, `key-curve-unknown`; 409 when this key of this meter is there already */
export async function enterKey(tx: Tx, { publicKey, ...wanted }: NewKey): Promise<KeyRow> {
  const read = readKey(publicKey, wanted.curve)
  if (typeof read === 'string') throw problem(422, read, 'This is no public key of a curve that OCMF knows.')
  if (!isUsable(read.spkiHex)) throw problem(422, 'key-not-readable', 'This point is not on its curve.')
  const id = randomUUID()
  const made = await tx.query<KeyRow>(
    `insert into meter_keys (tenant_id, id, serial, charger_id, curve, spki_hex, valid_from, entered_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning ${columns}`,
    [id, wanted.serial, wanted.chargerId, read.curve, read.spkiHex, wanted.validFrom, wanted.enteredBy]
  )
  const [row] = made
  if (!row) throw problem(409, 'key-exists', 'This key of this meter is entered already.')
  return row
}

/** @throws Problem 404; 422 when it would end before it begins */
export async function endKey(tx: Tx, id: string, validUntil: string): Promise<KeyRow> {
  const row = await tx.maybe<KeyRow>(`select ${columns} from meter_keys where id = $1 for update`, [id])
  if (!row) throw notFound('meter-key')
  if (validUntil <= row.validFrom) throw problem(422, 'ends-before-begin', `It begins at ${row.validFrom}.`)
  return tx.one<KeyRow>(`update meter_keys set valid_until = $2 where id = $1 returning ${columns}`, [
    id,
    validUntil
  ])
}

export const keysOfSerial = async (tx: Tx, serial: string): Promise<KeyRow[]> =>
  inOneForm(
    await tx.query<KeyRow>(`select ${columns} from meter_keys where serial = $1 order by valid_from desc`, [
      serial
    ])
  )

export const listKeys = async (tx: Tx, after: readonly unknown[] | null, limit: number): Promise<KeyRow[]> =>
  tx.query<KeyRow>(
    `select ${columns} from meter_keys
     where $1::timestamptz is null or (entered_at, id) < ($1::timestamptz, $2::uuid)
     order by entered_at desc, id desc limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit]
  )

/** Instants as texts that compare: with milliseconds, whatever the database leaves out. */
const inOneForm = (rows: readonly KeyRow[]): KeyRow[] =>
  rows.map((row) => ({
    ...row,
    validFrom: sameForm(row.validFrom),
    validUntil: row.validUntil === null ? null : sameForm(row.validUntil)
  }))

export const sameForm = (at: string): string =>
  Temporal.Instant.from(at).toString({ fractionalSecondDigits: 3 })

/** Chargers whose sessions need a proof at these instants. */
export const signingChargers = async (
  tx: Tx,
  chargerIds: readonly string[]
): Promise<{ chargerId: string; validFrom: string; validUntil: string | null }[]> =>
  inOneForm(
    await tx.query<KeyRow>(`select ${columns} from meter_keys where charger_id = any($1)`, [chargerIds])
  ).map(({ chargerId, validFrom, validUntil }) => ({ chargerId: chargerId ?? '', validFrom, validUntil }))
