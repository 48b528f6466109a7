import { randomUUID } from 'node:crypto'
import {
  type CommandStatus,
  commandText,
  isFinal,
  readOrder,
  type Command
} from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { kinds, type CommandSettled } from './events.ts'
import { keepTrace, traceOfCommand } from './traces.ts'

export const lifetimeMs = 60_000 // Of a command whose sender names no end: who waits longer has given up.
export const longestLifetimeMs = 7 * 86_400_000

export type NewCommand = {
  readonly tenantId: string
  /** Of the charger when it is not named. */
  readonly siteId?: string | undefined
  readonly chargerId: string
  readonly action: string
  readonly payload: unknown
  /** Who wants it: an address, an API key's id, `system`. */
  readonly issuer: string
  readonly expiresAt?: string | undefined
  /** Made by the sender: the same id twice is one command. */
  readonly id?: string | undefined
  /** W3C trace of the doing that it belongs to. */
  readonly trace?: string | undefined
}

export type Step = { readonly status: CommandStatus; readonly at: string }
export type CommandShown = {
  readonly id: string
  readonly siteId: string
  readonly chargerId: string
  readonly action: string
  readonly payload: unknown
  readonly issuer: string
  readonly status: CommandStatus
  readonly result: unknown
  readonly error: string | null
  readonly history: readonly Step[]
  readonly issuedAt: string
  readonly expiresAt: string
}

const columns = `id, site_id as "siteId", charger_id as "chargerId", action, payload, issuer, status, result, error, history,
  issued_at as "issuedAt", expires_at as "expiresAt"`

export type Kept = {
  readonly command: CommandShown
  readonly wire: string | null
  readonly trace: string | null
}

/**
 * Keeps a command before it is sent, with the site's next counter, signed.
 * @returns the command, and the text for the wire, null when the id was known already
 * @throws Problem 404 for a charger that is not at the site, 422 for a payload that does not fit
 */
export async function keepCommand(tx: Tx, wanted: NewCommand, sign: (text: string) => string): Promise<Kept> {
  const read = readOrder(wanted.action, wanted.payload, wanted.chargerId)
  if ('problem' in read) throw problem(422, 'command-invalid', read.problem)
  const id = wanted.id ?? randomUUID()
  const now = new Date()
  const expiresAt = expiryOf(wanted.expiresAt, now)
  const made = await tx.maybe<CommandShown>(
    `insert into commands (tenant_id, id, site_id, charger_id, action, payload, issuer, status, history, issued_at, expires_at,
       attempts, attempted_at)
     select $1, $2, site_id, id, $5, $6, $7, 'queued', $8, $9, $10, 1, now() from chargers
     where id = $4 and ($3::text is null or site_id = $3) on conflict do nothing returning ${columns}`,
    [
      tx.tenantId, id, wanted.siteId ?? null, wanted.chargerId, wanted.action, JSON.stringify(read.order.payload), wanted.issuer,
      JSON.stringify([{ status: 'queued', at: now.toISOString() }]), now, expiresAt
    ] // prettier-ignore
  )
  if (!made) return known(await findCommand(tx, id))
  const trace = await (wanted.trace === undefined ? traceOfCommand(tx, id) : keepTrace(tx, id, wanted.trace))
  return { command: made, wire: await wireOf(tx, made, sign), trace }
}

function known(command: CommandShown | undefined): Kept {
  if (!command) throw notFound('charger')
  return { command, wire: null, trace: null }
}

function expiryOf(asked: string | undefined, now: Date): string {
  if (asked === undefined) return new Date(now.getTime() + lifetimeMs).toISOString()
  const left = Date.parse(asked) - now.getTime()
  if (left <= 0) throw problem(422, 'command-expired', 'expiresAt has passed.')
  if (left > longestLifetimeMs) throw problem(422, 'command-invalid', 'expiresAt: at most seven days ahead.')
  return new Date(asked).toISOString()
}

type Edge = { counter: number; epoch: number }

/** A sending after the first. @returns the wire's text */
export async function wireAgain(
  tx: Tx,
  command: CommandShown,
  sign: (text: string) => string
): Promise<string> {
  await tx.query('update commands set attempts = attempts + 1, attempted_at = now() where id = $1', [
    command.id
  ])
  return wireOf(tx, command, sign)
}

/** The command as it goes over the wire now: each sending has its own counter, the id makes it one command. */
async function wireOf(tx: Tx, command: CommandShown, sign: (text: string) => string): Promise<string> {
  const { counter, epoch } = await tx.one<Edge>(
    `insert into edges (tenant_id, site_id, counter) values ($1, $2, 1)
     on conflict (tenant_id, site_id) do update set counter = edges.counter + 1 returning counter, epoch`,
    [tx.tenantId, command.siteId]
  )
  const bare: Omit<Command, 'signature'> = {
    v: 1,
    id: command.id,
    site: command.siteId,
    epoch,
    counter,
    issuer: command.issuer,
    issuedAt: command.issuedAt,
    expiresAt: command.expiresAt,
    chargerId: command.chargerId,
    action: command.action,
    payload: command.payload
  }
  return JSON.stringify({ ...bare, signature: sign(commandText(bare)) })
}

export async function findCommand(tx: Tx, id: string): Promise<CommandShown | undefined> {
  return tx.maybe<CommandShown>(`select ${columns} from commands where id = $1`, [id])
}

export async function listCommands(
  tx: Tx,
  wanted: { chargerId: string | null; limit: number; after: readonly (string | number)[] | null }
): Promise<CommandShown[]> {
  return tx.query<CommandShown>(
    `select ${columns} from commands where ($1::text is null or charger_id = $1)
     and ($2::timestamptz is null or (issued_at, id) < ($2, $3::uuid)) order by issued_at desc, id desc limit $4`,
    [wanted.chargerId, wanted.after?.[0] ?? null, wanted.after?.[1] ?? null, wanted.limit + 1]
  )
}

export type News = {
  readonly status: CommandStatus
  readonly at: string
  readonly result?: unknown
  readonly error?: string | undefined
}

/**
 * What became of a command. A final state stays, but for `expired`: that is only the cloud's guess, and the
 * edge, which knows what happened, may correct it. With `siteId` only the command of that site: no edge speaks for
 * another. @returns whether anything changed
 */
export async function progress(
  tx: Tx,
  id: string,
  news: News,
  siteId: string | null = null
): Promise<boolean> {
  const command = await tx.maybe<CommandShown>(
    `select ${columns} from commands where id = $1 and ($2::text is null or site_id = $2) for update`,
    [id, siteId]
  )
  if (!command || !mayBecome(command.status, news.status)) return false
  const history = [...command.history, { status: news.status, at: news.at }]
  const result = news.result === undefined ? null : JSON.stringify(news.result)
  await tx.query('update commands set status = $2, result = $3, error = $4, history = $5 where id = $1', [
    id,
    news.status,
    result,
    news.error ?? null,
    JSON.stringify(history)
  ])
  if (isFinal(news.status)) await settle(tx, command, news)
  return true
}

function mayBecome(now: CommandStatus, next: CommandStatus): boolean {
  if (now === next || next === 'queued') return false
  return !isFinal(now) || (now === 'expired' && isFinal(next))
}

async function settle(
  tx: Tx,
  { id, siteId, chargerId, action }: CommandShown,
  { status, error }: News
): Promise<void> {
  const body: CommandSettled = { commandId: id, siteId, chargerId, action, status, error: error ?? null }
  await tx.emit({ kind: kinds.commandSettled, key: siteId, body })
}

/** Commands of a site that have not reached it and may still be carried out. */
export async function waitingAt(tx: Tx, siteId: string): Promise<CommandShown[]> {
  return tx.query<CommandShown>(
    `select ${columns} from commands where site_id = $1 and status = 'queued' and expires_at > now() order by issued_at limit 100`,
    [siteId]
  )
}
