import { CommandAnswer, type CommandStatus } from '@nova/shared-protocol/messages'
import type { Database, Tx } from '../../db/index.ts'
import {
  keepCommand,
  progress,
  waitingAt,
  wireAgain,
  type CommandShown,
  type NewCommand
} from './commands.ts'
import { traceIdIn, traceOfCommand } from './traces.ts'

const answerMs = 5_000 // The edge answers with the end, or with "sent" after two seconds.
const againSeconds = 6 // Longer than an answer may take, so that one command is not asked twice at once.

export type Needs = {
  readonly database: Database
  sign(text: string): string
  /** Hands a signed command to the site. @throws Error when nobody answers in time */
  command(siteId: string, text: string, timeoutMs: number, trace: string | null): Promise<Uint8Array>
  settled(status: CommandStatus, seconds: number): void
  readonly log: { info(fields: object, text: string): void; warn(fields: object, text: string): void }
}

export type Dispatch = {
  /** Keeps the command (and does `inSame` in the same transaction), then sends it. @throws Problem 404, 422 */
  send(
    command: NewCommand,
    inSame?: (tx: Tx) => Promise<void>
  ): Promise<{ id: string; status: CommandStatus }>
  /** Sends again what never reached the site and is still valid; ends what is not. */
  resend(tenantId: string, siteId: string): Promise<void>
  sweep(): Promise<void>
}

export function openDispatch(needs: Needs): Dispatch {
  const resend = async (tenantId: string, siteId: string): Promise<void> => {
    const waiting = await needs.database.tenant(tenantId, async (tx) => waitingAt(tx, siteId))
    for (const command of waiting) await sendAgain(needs, tenantId, command)
  }
  return {
    async send(wanted, inSame) {
      const { command, wire, trace } = await needs.database.tenant(wanted.tenantId, async (tx) => {
        const kept = await keepCommand(tx, wanted, needs.sign)
        if (inSame && kept.wire !== null) await inSame(tx)
        return kept
      })
      if (wire !== null) void deliver(needs, wanted.tenantId, command, { wire, trace })
      return { id: command.id, status: command.status }
    },
    resend,
    async sweep() {
      await expire(needs)
      for (const { tenant_id: tenantId, site_id: siteId } of await sitesWaiting(needs))
        await resend(tenantId, siteId)
    }
  }
}

async function sendAgain(needs: Needs, tenantId: string, command: CommandShown): Promise<void> {
  const letter = await needs.database.tenant(tenantId, async (tx) => {
    const free = await tx.query(
      `select 1 from commands where id = $1 and status = 'queued' and expires_at > now()
       and (attempted_at is null or attempted_at < now() - interval '${againSeconds} seconds') for update skip locked`,
      [command.id]
    )
    if (free.length === 0) return null
    return { wire: await wireAgain(tx, command, needs.sign), trace: await traceOfCommand(tx, command.id) }
  })
  if (letter !== null) await deliver(needs, tenantId, command, letter)
}

type Letter = { readonly wire: string; readonly trace: string | null }

/** Never rejects: a command that did not get through stays queued, and the sweep tries again until it expires. */
async function deliver(
  needs: Needs,
  tenantId: string,
  command: CommandShown,
  { wire, trace }: Letter
): Promise<void> {
  const begun = Date.now()
  const { id, siteId, chargerId, action } = command
  const about = { id, siteId, ...traceIdIn(trace) }
  try {
    const answer = CommandAnswer.parse(
      JSON.parse(Buffer.from(await needs.command(siteId, wire, answerMs, trace)).toString('utf8'))
    )
    if (answer.id !== command.id) throw new Error('the answer is for another command')
    if (isForOtherEpoch(answer)) {
      needs.log.info(about, 'the edge has another epoch now; the command is sent again')
      return
    }
    const { status, result, error } = answer
    await needs.database.tenant(tenantId, async (tx) =>
      progress(tx, command.id, { status, at: new Date().toISOString(), result, error })
    )
    needs.settled(status, (Date.now() - begun) / 1000)
    needs.log.info({ ...about, chargerId, action, status }, 'a command was answered by its edge')
  } catch (error) {
    needs.log.warn({ ...about, err: String(error) }, 'a command did not get through yet')
  }
}

/** An edge that has just started refuses what was signed for the process before it; nothing was kept there. */
const isForOtherEpoch = ({ status, error }: CommandAnswer): boolean =>
  status === 'rejected' && error !== undefined && error.startsWith('for epoch ')

async function expire({ database }: Needs): Promise<void> {
  const late = await database.platform('expire commands', async (tx) =>
    tx.query<{ tenant_id: string; id: string }>(
      `select tenant_id, id from commands where status = 'queued' and expires_at <= now() limit 500`
    )
  )
  for (const { tenant_id: tenantId, id } of late) {
    await database.tenant(tenantId, async (tx) =>
      progress(tx, id, {
        status: 'expired',
        at: new Date().toISOString(),
        error: 'it did not reach the site in time'
      })
    )
  }
}

async function sitesWaiting({ database }: Needs): Promise<{ tenant_id: string; site_id: string }[]> {
  return database.platform('find waiting commands', async (tx) =>
    tx.query(
      `select distinct c.tenant_id, c.site_id from commands c join edges e using (tenant_id, site_id)
       where c.status = 'queued' and c.expires_at > now() and e.seen_at > now() - interval '15 seconds'
       and c.attempted_at < now() - interval '${againSeconds} seconds' limit 100`
    )
  )
}
