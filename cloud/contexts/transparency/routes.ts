import { z } from 'zod'
import { curveNamed, proofOf, readRecord, transparencyXml } from '@nova/shared-protocol/codecs/ocmf'
import { Identifier, Instant } from '@nova/shared-protocol/model'
import type { Database, Tx } from '../../db/index.ts'
import {
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes,
  type Who
} from '../../http/index.ts'
import { endKey, enterKey, listKeys, sameForm, type KeyRow } from './keys.ts'
import { judgeWaiting, recordsOf, type RecordRow } from './records.ts'

export type Needs = {
  readonly database: Database
  /** Staff see every session of the tenant, a driver its own. */
  maySeeSession(tx: Tx, who: Who, sessionId: string): Promise<boolean>
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
}

const staff = ['admin', 'operator'] as const
const everyone = ['admin', 'operator', 'driver'] as const
const byId = z.object({ id: z.uuid() })

const KeyView = z.object({
  id: z.uuid(),
  serial: z.string(),
  chargerId: z.string().nullable(),
  curve: z.string(),
  publicKey: z.string(),
  validFrom: Instant,
  validUntil: Instant.nullable(),
  enteredBy: z.string(),
  enteredAt: Instant
})
const NewKey = z.strictObject({
  serial: z.string().min(1).max(100),
  chargerId: Identifier.nullable().default(null),
  publicKey: z.string().min(1).max(2_000),
  curve: z.string().max(40).optional(), // For a bare point; a whole key says it itself.
  validFrom: Instant
})
const RecordView = z.object({
  digest: z.string(),
  context: z.string().nullable(),
  at: Instant,
  meterSerial: z.string().nullable(),
  verdict: z.enum(['genuine', 'not-genuine', 'no-key', 'unreadable', 'replayed']),
  publicKey: z.string().nullable(),
  raw: z.string()
})
const Records = z.object({
  proof: z.object({ ok: z.boolean(), energyWh: z.string().nullable(), fault: z.string().nullable() }),
  items: z.array(RecordView)
})

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    keyRoutes(needs)(app)
    endRoute(needs)(app)
    recordRoutes(needs)(app)
  }

const keyRoutes =
  (needs: Needs): Routes =>
  (app) => {
    app.get(
      '/meter-keys',
      {
        config: { roles: staff },
        schema: {
          summary: 'Public keys of signing meters',
          querystring: listQuery,
          response: { 200: pageOf(KeyView) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 2)
        const rows = await needs.database.tenant(who.tenantId, async (tx) =>
          listKeys(tx, after, query.limit + 1)
        )
        return page(rows, query.limit, { keyOf: ({ enteredAt, id }) => [enteredAt, id], itemOf: keyView })
      }
    )
    app.post(
      '/meter-keys',
      {
        config: { roles: staff },
        schema: { summary: 'Enters the public key of a meter', body: NewKey, response: { 201: KeyView } }
      },
      async ({ who, body }, reply) => reply.code(201).send(keyView(await enter(needs, who, body)))
    )
  }

/** The key, and in the same transaction the verdict on what waited for it. */
async function enter({ database, audit }: Needs, who: Who, body: z.infer<typeof NewKey>): Promise<KeyRow> {
  const by = who.email ?? who.userId
  const curve = body.curve === undefined ? undefined : curveNamed(body.curve)
  if (body.curve !== undefined && !curve) throw problem(422, 'key-curve-unknown', 'This curve is not known.')
  return database.tenant(who.tenantId, async (tx) => {
    const made = await enterKey(tx, { ...body, curve, enteredBy: by, validFrom: sameForm(body.validFrom) })
    const judged = await judgeWaiting(tx, made.serial)
    const detail = `${made.curve}, ${judged} records judged`
    await audit(tx, { actor: by, act: 'meter-key.entered', subject: made.serial, detail })
    return made
  })
}

const endRoute =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.patch(
      '/meter-keys/:id',
      {
        config: { roles: staff },
        schema: {
          summary: 'Ends the validity of a key',
          params: byId,
          body: z.strictObject({ validUntil: Instant }),
          response: { 200: KeyView }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          const key = await endKey(tx, params.id, sameForm(body.validUntil))
          const actor = who.email ?? who.userId
          await audit(tx, { actor, act: 'meter-key.ended', subject: key.serial, detail: body.validUntil })
          return keyView(key)
        })
    )
  }

const keyView = ({ spkiHex, ...key }: KeyRow): z.infer<typeof KeyView> => ({ ...key, publicKey: spkiHex })

const recordRoutes =
  ({ database, maySeeSession }: Needs): Routes =>
  (app) => {
    const find = async (who: Who, sessionId: string): Promise<RecordRow[]> =>
      database.tenant(who.tenantId, async (tx) => {
        if (!(await maySeeSession(tx, who, sessionId))) throw notFound('session')
        return recordsOf(tx, [sessionId])
      })
    app.get(
      '/sessions/:id/signed-records',
      {
        config: { roles: everyone },
        schema: {
          summary: 'Signed meter records of a session and what they prove',
          params: byId,
          response: { 200: Records }
        }
      },
      async ({ who, params }) => viewOf(await find(who, params.id))
    )
    app.get(
      '/sessions/:id/transparency',
      {
        config: { roles: everyone, answers: 'application/xml' },
        schema: {
          summary: 'Signed records with their public keys, for the SAFE transparency software',
          params: byId
        }
      },
      async ({ who, params }, reply) => {
        // Another session's record verifies in any software, and would prove there what this one never took.
        const rows = (await find(who, params.id)).filter(({ verdict }) => verdict !== 'replayed')
        if (rows.length === 0) throw notFound('signed-record')
        return reply
          .type('application/xml')
          .header('content-disposition', `attachment; filename="session-${params.id}.xml"`)
          .send(transparencyXml(rows.map((row) => exported(params.id, row))))
      }
    )
  }

/** What was refused as another session's is no proof of this one and is not handed out as such. */
function viewOf(rows: readonly RecordRow[]): z.infer<typeof Records> {
  const genuine = rows
    .filter(({ verdict }) => verdict === 'genuine')
    .flatMap(({ raw }) => {
      const read = readRecord(raw)
      return read.ok ? [read.record] : []
    })
  const proof = proofOf(genuine)
  return {
    proof: { ok: proof.ok, energyWh: proof.ok ? proof.energyWh : null, fault: proof.ok ? null : proof.fault },
    items: rows.map(({ sessionId: _session, spkiHex, ...row }) => ({ ...row, publicKey: spkiHex }))
  }
}

const contexts = new Set(['Transaction.Begin', 'Transaction.End'])

const exported = (transactionId: string, { raw, context, spkiHex }: RecordRow) => {
  const read = readRecord(raw)
  return {
    transactionId,
    context:
      context !== null && contexts.has(context) ? (context as 'Transaction.Begin' | 'Transaction.End') : null,
    record: read.ok ? read.record.text : raw,
    publicKeyHex: spkiHex
  }
}
