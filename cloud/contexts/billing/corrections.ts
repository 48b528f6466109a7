import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { insertCdr, invoiceCdr, readCdr, type Cdr, type Printed } from './cdrs.ts'
import { negated } from './document.ts'
import { cdrCorrected } from './events.ts'
import { cdrFrom, taxesOf, totalOf } from './make.ts'
import { isLarge } from './large.ts'
import { bill } from './model.ts'
import type { Needs } from './needs.ts'

/** What shall stand instead: another energy, another version of a tariff, or nothing. */
export const Wanted = z
  .strictObject({
    energyWh: z.int().min(0).max(10_000_000).optional(),
    tariff: z.strictObject({ tariffId: z.string(), version: z.int().min(1) }).optional(),
    cancel: z.literal(true).optional()
  })
  .refine(
    ({ energyWh, tariff, cancel }) => (cancel === true) !== (energyWh !== undefined || tariff !== undefined),
    'cancel, or state an energy or a tariff'
  )
export type Wanted = z.infer<typeof Wanted>

export type Correction = {
  readonly id: string
  readonly cdrId: string
  readonly sessionId: string
  readonly status: 'awaiting-approval' | 'applied' | 'rejected'
  readonly wanted: Wanted
  readonly reason: string
  readonly currency: string
  readonly differenceMinor: number
  readonly large: boolean
  readonly requestedBy: string
  readonly requestedAt: string
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly creditCdrId: string | null
  readonly newCdrId: string | null
}

const columns = `id, cdr_id as "cdrId", session_id as "sessionId", status, wanted, reason, currency,
  difference_minor as "differenceMinor", large, requested_by as "requestedBy", requested_at as "requestedAt",
  decided_by as "decidedBy", decided_at as "decidedAt", credit_cdr_id as "creditCdrId", new_cdr_id as "newCdrId"`

export type Asked = {
  readonly id: string
  readonly cdrId: string
  readonly wanted: Wanted
  readonly reason: string
  readonly by: string
  readonly at: string
}

/**
 * Asks to correct a CDR. A small difference is corrected at once; a large one waits for another person.
 * @throws Problem 404, 409 `cdr-already-corrected`, `cdr-is-credit`, 422 `cannot-be-rated`
 */
export async function askCorrection(needs: Needs, tx: Tx, asked: Asked): Promise<Correction> {
  const old = await readCdr(tx, asked.cdrId)
  if (!old) throw notFound('cdr')
  if (old.kind === 'credit')
    throw problem(409, 'cdr-is-credit', 'A credit is not corrected: correct what stands.')
  const next = await nextOf(needs, tx, { old, wanted: asked.wanted, at: asked.at })
  const differenceMinor = differenceOf(old, next)
  const large = isLarge(old.currency, differenceMinor)
  await insertAsked(tx, asked, { old, differenceMinor, large })
  await needs.audit(tx, {
    actor: asked.by,
    act: 'cdr.correction-asked',
    subject: old.id,
    detail: `${differenceMinor} ${old.currency} minor units: ${asked.reason}`
  })
  if (!large)
    await apply(needs, tx, { correction: await readCorrection(tx, asked.id), by: asked.by, at: asked.at })
  return readCorrection(tx, asked.id)
}

type Difference = { readonly old: Cdr; readonly differenceMinor: number; readonly large: boolean }

async function insertAsked(tx: Tx, asked: Asked, { old, differenceMinor, large }: Difference): Promise<void> {
  const values = [
    asked.id, old.id, old.sessionId, JSON.stringify(asked.wanted), asked.reason, old.currency, differenceMinor, large,
    asked.by
  ] // prettier-ignore
  try {
    await tx.query(
      `insert into cdr_corrections (tenant_id, id, cdr_id, session_id, status, wanted, reason, currency,
         difference_minor, large, requested_by)
       values (nova_tenant(), $1, $2, $3, 'awaiting-approval', $4::jsonb, $5, $6, $7, $8, $9)`,
      values
    )
  } catch (error) {
    if (isUniqueViolation(error))
      throw problem(409, 'cdr-already-corrected', 'A correction of this CDR has been asked for or made.')
    throw error
  }
}

export type Decision = {
  readonly id: string
  readonly approve: boolean
  readonly by: string
  readonly at: string
}

/**
 * Another person's word on a large correction.
 * @throws Problem 404, 409 `correction-decided`, 403 `second-person-needed`
 */
export async function decideCorrection(needs: Needs, tx: Tx, decision: Decision): Promise<Correction> {
  const { id, approve, by, at } = decision
  const open = await tx.maybe<Correction>(`select ${columns} from cdr_corrections where id = $1 for update`, [
    id
  ])
  if (!open) throw notFound('correction')
  if (open.status !== 'awaiting-approval')
    throw problem(409, 'correction-decided', `This correction is ${open.status}.`)
  if (approve && open.requestedBy === by)
    throw problem(403, 'second-person-needed', 'Who asked for this correction cannot approve it.')
  if (approve) await apply(needs, tx, { correction: open, by, at })
  else
    await tx.query(
      "update cdr_corrections set status = 'rejected', decided_by = $2, decided_at = now() where id = $1",
      [id, by]
    )
  await needs.audit(tx, {
    actor: by,
    act: approve ? 'cdr.correction-approved' : 'cdr.correction-rejected',
    subject: open.cdrId,
    detail: open.reason
  })
  return readCorrection(tx, id)
}

/** @throws Problem 404 */
export async function readCorrection(tx: Tx, id: string): Promise<Correction> {
  const row = await tx.maybe<Correction>(`select ${columns} from cdr_corrections where id = $1`, [id])
  if (!row) throw notFound('correction')
  return row
}

export async function listCorrections(
  tx: Tx,
  {
    status,
    after,
    limit
  }: { status: string | undefined; after: readonly (string | number)[] | null; limit: number }
): Promise<Correction[]> {
  const [requestedAt = null, id = null] = after ?? []
  return tx.query<Correction>(
    `select ${columns} from cdr_corrections where ($1::text is null or status = $1)
       and ($2::timestamptz is null or (requested_at, id) < ($2::timestamptz, $3::uuid))
     order by requested_at desc, id desc limit $4`,
    [status ?? null, requestedAt, id, limit]
  )
}

type Correcting = { readonly old: Cdr; readonly wanted: Wanted; readonly at: string }

/** The CDR that shall stand instead; undefined when nothing shall. */
async function nextOf(needs: Needs, tx: Tx, { old, wanted, at }: Correcting): Promise<Cdr | undefined> {
  if (wanted.cancel === true) return undefined
  const { tariffId, tariffVersion, timeZone } = old
  const tariff = wanted.tariff ?? { tariffId, version: tariffVersion }
  const plan = await needs.pinned(tx, { ...tariff, timeZone })
  if (!plan) throw problem(422, 'cannot-be-rated', 'This version of the tariff is not known here.')
  if (plan.currency !== old.currency)
    throw problem(422, 'cannot-be-rated', 'The other tariff is in another currency.')
  const session = { ...old, tariff, energyWh: Number(old.energyWh), course: old.course ?? undefined }
  const made = bill(session, plan, wanted.energyWh ?? null)
  if (!made.ok) throw problem(422, 'cannot-be-rated', made.detail)
  return cdrFrom(needs, tx, { session, plan, made, at })
}

type Applying = { readonly correction: Correction; readonly by: string; readonly at: string }

/** Credit, then what stands instead, their documents, and the event that ledger and payments follow. */
async function apply(needs: Needs, tx: Tx, { correction, by, at }: Applying): Promise<void> {
  const old = await readCdr(tx, correction.cdrId)
  if (!old) throw notFound('cdr')
  const { id: correctionId, reason } = correction
  const next = await nextOf(needs, tx, { old, wanted: correction.wanted, at })
  const { number: about } = await tx.one<{ number: string }>(
    'select number from invoices where cdr_id = $1',
    [old.id]
  )
  const issue = async (cdr: Cdr): Promise<Stands> => {
    await insertCdr(tx, cdr)
    return [cdr, await invoiceCdr(tx, cdr, { about, reason })]
  }
  const credit = await issue(creditOf(old, correctionId, at))
  const stands = next && (await issue({ ...next, kind: 'replacement', replaces: old.id, correctionId }))
  const amountMinor = differenceOf(old, stands?.[0])
  await tx.query(
    `update cdr_corrections set status = 'applied', decided_by = $2, decided_at = now(), credit_cdr_id = $3,
       new_cdr_id = $4, difference_minor = $5 where id = $1`,
    [correctionId, by, credit[0].id, stands?.[0].id ?? null, amountMinor]
  )
  await tell(tx, { correction, by, old, credit, stands })
}

const differenceOf = (old: Cdr, next: Cdr | undefined): number =>
  (next?.totals.totalMinor ?? 0) - old.totals.totalMinor

/** The old CDR with the other sign. */
const creditOf = (old: Cdr, correctionId: string, at: string): Cdr => ({
  ...old,
  ...negated(old),
  id: randomUUID(),
  kind: 'credit',
  credits: old.id,
  replaces: null,
  correctionId,
  energyWh: minus(old.energyWh),
  exact: minus(old.exact),
  issuedAt: at
})

const minus = (text: string): string => (/^[0.]+$/.test(text) ? text : `-${text}`)

type Stands = readonly [Cdr, Printed]

type Told = {
  readonly correction: Correction
  readonly by: string
  readonly old: Cdr
  readonly credit: readonly [Cdr, Printed]
  readonly stands: readonly [Cdr, Printed] | undefined
}

const issued = ([cdr, { id, number }]: readonly [Cdr, Printed]): object => ({
  cdrId: cdr.id,
  invoiceId: id,
  invoiceNumber: number,
  total: totalOf(cdr),
  taxes: taxesOf(cdr)
})

async function tell(tx: Tx, { correction, by, old, credit, stands }: Told): Promise<void> {
  const { sessionId, siteId, driverId, tokenUid, fleetId, country, currency } = old
  const replacement = stands && {
    ...issued(stands),
    energyWh: stands[0].energyWh,
    tariffId: stands[0].tariffId,
    tariffVersion: stands[0].tariffVersion
  }
  const amountMinor = differenceOf(old, stands?.[0])
  await tx.emit({
    kind: cdrCorrected,
    key: sessionId,
    body: {
      correctionId: correction.id,
      sessionId,
      siteId,
      driverId,
      tokenUid,
      fleetId,
      country,
      original: { cdrId: old.id, total: totalOf(old) },
      credit: issued(credit),
      replacement: replacement ?? null,
      difference: { currency, amountMinor },
      reason: correction.reason,
      requestedBy: correction.requestedBy,
      approvedBy: by
    }
  })
}
