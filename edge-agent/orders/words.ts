import { createHash } from 'node:crypto'
import { traceText, type Fact } from '@nova/shared-protocol/messages'
import type { Answer, Taken } from './contract.ts'
import type { CommandRecord, NewCommand, Step } from './needs.ts'
import type { Done } from './perform.ts'

/** How commands and their ends are put into words: answers, facts, records. */
/** News of the end: a cloud's command as its own fact, a local one in the audit trail. */
export function factOf(
  command: NewCommand,
  { status, at, result, error }: Step
): { key: string; fact: Fact } {
  if (command.counter !== null) {
    const words = {
      ...(error === undefined ? {} : { error: error.slice(0, 500) }),
      ...(command.trace ? { traceparent: traceText(command.trace) } : {})
    }
    return {
      key: `command:${command.id}`,
      fact: { kind: 'command.ended.v1', commandId: command.id, status, at, result, ...words }
    }
  }
  const detail = `${status}${error === undefined ? '' : `: ${error}`}`.slice(0, 500)
  const { issuer, action, chargerId } = command
  return {
    key: `audit:command:${command.id}`,
    fact: {
      kind: 'audit.noted.v1',
      at,
      actor: issuer,
      act: `command ${action}`.slice(0, 100),
      subject: chargerId,
      detail
    }
  }
}

export function stepOf(deed: Exclude<Done, { kind: 'not-new' }>): Omit<Step, 'at'> {
  switch (deed.kind) {
    case 'accepted':
      return { status: 'accepted', result: deed.answer }
    case 'refused':
      return { status: 'rejected', error: deed.because.slice(0, 500) }
    case 'rejected':
      return { status: 'rejected', result: deed.answer }
    case 'failed':
      return { status: 'failed', error: deed.error.slice(0, 500) }
  }
}

export const stepIn = (record: CommandRecord): Omit<Step, 'at'> => ({
  status: record.status,
  result: record.result ?? undefined,
  ...(record.error === null ? {} : { error: record.error })
})

type Said = {
  readonly status: Step['status']
  readonly result?: unknown
  readonly error?: string | null | undefined
}

export const answer = (id: string, said: Said | undefined): Answer => ({
  v: 1,
  id,
  status: said?.status ?? 'sent',
  ...(said?.result === undefined || said.result === null ? {} : { result: said.result }),
  ...(said?.error === undefined || said.error === null ? {} : { error: said.error })
})

/** The same key with the same body is the first command again; with another body it is a mistake. */
export function again(known: CommandRecord, command: NewCommand): Taken {
  const same =
    known.chargerId === command.chargerId &&
    known.action === command.action &&
    JSON.stringify(known.payload) === JSON.stringify(command.payload)
  return same
    ? { kind: 'taken', command: known }
    : { kind: 'conflict', detail: 'this Idempotency-Key was used with another body' }
}

/** A UUID (version 8: of our own making) that the same key always leads to. */
export function idOf(key: string): string {
  const hex = createHash('sha256').update(`local:${key}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const longestActMs = 120_000 // No charger may hold an order for ever.

export const lifeOf = (command: NewCommand, now: number): number =>
  Math.max(0, Math.min(longestActMs, Date.parse(command.expiresAt) - now))

export const isoOf = (unixMs: number): string => new Date(unixMs).toISOString()
