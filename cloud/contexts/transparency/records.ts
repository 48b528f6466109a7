import {
  keysFor,
  readRecord,
  verifyRecord,
  type MeterKey,
  type SignedRecord
} from '@nova/shared-protocol/codecs/ocmf'
import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { keysOfSerial } from './keys.ts'
import { digestOf, verify } from './verifier.ts'

export type Verdict = 'genuine' | 'not-genuine' | 'no-key' | 'unreadable' | 'replayed'
type Judged = { readonly verdict: Verdict; readonly keyId: string | null }

/** Keeps a record with its verdict; the same record of the same session again changes nothing. */
export async function keepRecord(
  tx: Tx,
  { sessionId, chargerId, signed }: FactOf<'session.signed.v1'>
): Promise<void> {
  const read = readRecord(signed.raw)
  const record = read.ok ? read.record : undefined
  const digest = digestOf(record?.payload ?? signed.raw)
  // Two sessions with the same payload at the same moment: one of them waits here and then sees the other.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(nova_tenant() || $1, 1))`, [digest])
  const elsewhere = await tx.maybe(
    `select session_id from signed_records where digest = $1 and session_id <> $2 and verdict <> 'replayed'`,
    [digest, sessionId]
  )
  const { verdict, keyId } = elsewhere
    ? { verdict: 'replayed', keyId: null }
    : await judge(tx, record, signed.at)
  await tx.query(
    `insert into signed_records
       (tenant_id, session_id, digest, charger_id, context, raw, at, meter_serial, verdict, key_id)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, session_id, digest) do nothing`,
    [
      sessionId,
      digest,
      chargerId,
      signed.context,
      signed.raw,
      signed.at,
      record ? serialOf(record) : null,
      verdict,
      keyId
    ]
  )
}

const serialOf = ({ meterSerial, gatewaySerial }: SignedRecord): string | null => meterSerial || gatewaySerial

async function judge(tx: Tx, record: SignedRecord | undefined, at: string): Promise<Judged> {
  const serial = record && serialOf(record)
  if (!record || serial === undefined) return { verdict: 'unreadable', keyId: null }
  const known = serial === null ? [] : await keysOfSerial(tx, serial)
  return byKeys(record, known, at)
}

type Known = MeterKey & { readonly id: string }

/** Any key that counted at that moment may have signed; one that has ended before proves nothing. */
function byKeys(record: SignedRecord, known: readonly Known[], at: string): Judged {
  const keys = keysFor(record, known, at)
  if (keys.length === 0) return { verdict: 'no-key', keyId: null }
  const found = known.find((key) => keys.includes(key) && verifyRecord(record, key, verify).isGenuine)
  return found ? { verdict: 'genuine', keyId: found.id } : { verdict: 'not-genuine', keyId: null }
}

const mostWaiting = 10_000

/** A key was entered: what came without one before it is judged now. @returns how many records */
export async function judgeWaiting(tx: Tx, serial: string): Promise<number> {
  const waiting = await tx.query<{ session_id: string; digest: string; raw: string; at: string }>(
    `select session_id, digest, raw, at from signed_records where meter_serial = $1 and verdict = 'no-key'
     order by received_at limit ${mostWaiting} for update`,
    [serial]
  )
  const keys = await keysOfSerial(tx, serial)
  let judged = 0
  for (const { session_id: sessionId, digest, raw, at } of waiting) {
    const read = readRecord(raw)
    const { verdict, keyId } = read.ok
      ? byKeys(read.record, keys, at)
      : { verdict: 'unreadable', keyId: null }
    if (verdict === 'no-key') continue
    judged++
    await tx.query(
      'update signed_records set verdict = $3, key_id = $4 where session_id = $1 and digest = $2',
      [sessionId, digest, verdict, keyId]
    )
  }
  return judged
}

export type RecordRow = {
  readonly sessionId: string
  readonly digest: string
  readonly context: string | null
  readonly raw: string
  readonly at: string
  readonly meterSerial: string | null
  readonly verdict: Verdict
  readonly spkiHex: string | null
}

/** Records of sessions in their order, with the key they were found genuine by, or the newest of their meter. */
export const recordsOf = async (tx: Tx, sessionIds: readonly string[]): Promise<RecordRow[]> =>
  tx.query<RecordRow>(
    `select r.session_id as "sessionId", r.digest, r.context, r.raw, r.at, r.meter_serial as "meterSerial", r.verdict,
       coalesce(k.spki_hex, (select n.spki_hex from meter_keys n where n.serial = r.meter_serial
         order by n.valid_from desc limit 1)) as "spkiHex"
     from signed_records r left join meter_keys k on k.id = r.key_id
     where r.session_id = any($1) order by r.session_id, r.at, r.received_at, r.digest`,
    [sessionIds]
  )
