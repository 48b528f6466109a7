import type { EdgeEvent, Fact, Frame, History, Lane } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { judge, type LaneMark, type Verdict } from './judge.ts'
import { quarantineEvents } from './quarantine.ts'
import { plainText, type ReadEvent } from './read.ts'
import type { At, Needs, Sample } from './types.ts'
import type { Prepared } from './unpack.ts'

export type Judged = { readonly frame: Frame; readonly verdict: Verdict | { readonly kind: 'fenced' } }

type New = { readonly event: EdgeEvent; readonly hash: string; readonly read: ReadEvent<Fact | History> }

/** What became of a batch: the verdict on each frame, and the marks after it. */
export type Committed = {
  readonly epoch: number
  readonly judged: readonly Judged[]
  readonly durable: Readonly<Record<Lane, number>>
}

type Site = { epoch: number; instance: string }
type Marks = Record<Lane, LaneMark>

/**
 * Takes frames of one site in one transaction: judged in order against what is held, what is new is kept and
 * told to the log. @returns undefined for a site that never said hello
 */
export async function commitFrames(
  needs: Needs,
  tx: Tx,
  siteId: string,
  frames: readonly Prepared[]
): Promise<Committed | undefined> {
  const site = await tx.maybe<Site>(
    'update edge_sites set seen_at = now() where site_id = $1 returning epoch, instance',
    [siteId]
  )
  if (!site) return undefined
  const before = await marksOf(tx, siteId, site.instance)
  const marks = { ...before }
  const judged = frames.map(({ frame, chain }): Judged => {
    if (frame.epoch !== site.epoch) return { frame, verdict: { kind: 'fenced' } }
    const verdict = judge(marks[frame.lane], frame, chain)
    if (verdict.kind === 'news') marks[frame.lane] = verdict.mark
    return { frame, verdict }
  })
  const at = { siteId, instance: site.instance, epoch: site.epoch }
  await keepFacts(tx, at, newsOf(judged, frames, 'facts'))
  await keepHistory(needs, tx, at, {
    events: newsOf(judged, frames, 'history'),
    from: before.history,
    to: marks.history
  })
  await moveMarks(tx, at, { before, marks })
  return {
    epoch: site.epoch,
    judged,
    durable: { facts: marks.facts.durable, history: marks.history.durable }
  }
}

async function marksOf(tx: Tx, siteId: string, instance: string): Promise<Marks> {
  const rows = await tx.query<LaneMark & { lane: Lane }>(
    'select lane, durable, hash from edge_lanes where site_id = $1 and instance = $2 for update',
    [siteId, instance]
  )
  const of = (name: Lane): LaneMark => {
    const row = rows.find(({ lane }) => lane === name)
    if (!row) throw new Error(`site ${siteId} has no lane ${name}`)
    return { durable: row.durable, hash: row.hash }
  }
  return { facts: of('facts'), history: of('history') }
}

const newsOf = (judged: readonly Judged[], frames: readonly Prepared[], lane: Lane): New[] =>
  judged.flatMap(({ frame, verdict }, at) =>
    frame.lane === lane && verdict.kind === 'news'
      ? verdict.events.map(({ event, hash, index }) => ({
          event,
          hash,
          read: frames[at]?.read[index] ?? unread
        }))
      : []
  )

const unread = { ok: false, because: 'it was not read' } as const

/** Every sequence is kept as it came; the log hears each business key once. */
async function keepFacts(tx: Tx, at: At, events: readonly New[]): Promise<void> {
  if (events.length === 0) return
  const keys = events.map(({ event: [, key] }) => plainText(key))
  const known = await knownKeys(tx, at.siteId, keys)
  const duplicate = keys.map((key) => known.has(key) || !known.add(key))
  await tx.query(
    `insert into edge_events (tenant_id, site_id, instance, epoch, sequence, key, body, hash, duplicate)
     select $1, $2, $3, $4, e.sequence, e.key, e.body, decode(e.hash, 'hex'), e.duplicate
     from unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[]) as e(sequence, key, body, hash, duplicate)`,
    [
      tx.tenantId,
      at.siteId,
      at.instance,
      at.epoch,
      events.map(({ event: [sequence] }) => sequence),
      keys,
      events.map(({ event: [, , body] }) => plainText(body)),
      events.map(({ hash: after }) => after),
      duplicate
    ]
  )
  const fresh = events.flatMap(({ event: [sequence], read }, index) => {
    if (!read.ok || duplicate[index] === true) return []
    const text = `{"siteId":"${at.siteId}","sequence":${sequence},"epoch":${at.epoch},"fact":${read.text}}`
    return [{ kind: read.value.kind, text }]
  })
  await tx.emitTexts(at.siteId, fresh)
  await quarantineEvents(tx, at, 'facts', faultsOf(events))
}

async function knownKeys(tx: Tx, siteId: string, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>(
    'select key from edge_events where site_id = $1 and key = any($2) and not duplicate',
    [siteId, keys]
  )
  return new Set(rows.map(({ key }) => key))
}

type Range = { readonly events: readonly New[]; readonly from: LaneMark; readonly to: LaneMark }

async function keepHistory(needs: Needs, tx: Tx, at: At, { events, from, to }: Range): Promise<void> {
  if (events.length === 0) return
  const samples = events.flatMap(({ event: [sequence], read }): Sample[] =>
    read.ok && isHistory(read.value) ? [{ sequence, history: read.value }] : []
  )
  await needs.saveHistory(tx, at.siteId, samples)
  await tx.query(
    `insert into edge_history (tenant_id, site_id, instance, first, last, epoch, hash) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.tenantId, at.siteId, at.instance, from.durable + 1, to.durable, at.epoch, to.hash]
  )
  await quarantineEvents(tx, at, 'history', faultsOf(events))
}

const isHistory = (value: Fact | History): value is History => value.kind.startsWith('sample.')

const faultsOf = (events: readonly New[]) =>
  events.flatMap(({ event, read }) => (read.ok ? [] : [{ event, because: read.because }]))

async function moveMarks(tx: Tx, at: At, { before, marks }: { before: Marks; marks: Marks }): Promise<void> {
  for (const lane of ['facts', 'history'] as const) {
    if (marks[lane] === before[lane]) continue
    await tx.query(
      `update edge_lanes set durable = $4, hash = $5, moved_at = now() where site_id = $1 and instance = $2 and lane = $3`,
      [at.siteId, at.instance, lane, marks[lane].durable, marks[lane].hash]
    )
  }
}
