import { Fact, type FactOf } from '@nova/shared-protocol/messages'
import { z } from 'zod'
import type { Listener, Tx } from '../../db/index.ts'
import { clear, raise, type AlarmShown } from './alarms.ts'
import { progress } from './commands.ts'
import { reviewListener, type Needs as ReviewNeeds } from './reviews.ts'
import { traceIdIn } from './traces.ts'
import { noteUnclaimed } from './unclaimed.ts'

export type Needs = ReviewNeeds & {
  unclaimed(tenantId: string, siteId: string): void
  readonly log: { info(fields: object, text: string): void }
}

const Body = z.object({ siteId: z.string(), fact: Fact })

export const listeners = (needs: Needs): Listener[] => [factsListener(needs), reviewListener(needs)]

/** What the edges tell about chargers, commands and alarms. */
const factsListener = (needs: Needs): Listener => ({
  name: 'fleet-facts',
  kinds: [
    'charger.booted.v1',
    'charger.connection.v1',
    'charger.unclaimed.v1',
    'alarm.raised.v1',
    'alarm.cleared.v1',
    'command.ended.v1'
  ],
  async handle(tx, events) {
    for (const { body } of events) {
      const { siteId, fact } = Body.parse(body)
      await take(needs, tx, siteId, fact)
    }
  }
})

async function take(needs: Needs, tx: Tx, siteId: string, fact: Fact): Promise<void> {
  const tenantId = tx.tenantId ?? ''
  const show = (alarm: AlarmShown | undefined): void => {
    if (alarm) tx.afterCommit(() => needs.alarm(tenantId, alarm))
  }
  if (fact.kind === 'alarm.raised.v1') show(await raise(tx, siteId, fact))
  if (fact.kind === 'alarm.cleared.v1') show(await clear(tx, siteId, fact))
  if (fact.kind === 'command.ended.v1') await ended(needs, tx, siteId, fact)
  if (fact.kind === 'charger.booted.v1') {
    await tx.query(
      `update chargers set vendor = $3, model = $4, serial = $5, firmware = $6, booted_at = $7
       where id = $1 and site_id = $2 and (booted_at is null or booted_at <= $7)`,
      [fact.chargerId, siteId, fact.vendor, fact.model, fact.serial, fact.firmware, fact.at]
    )
  }
  if (fact.kind === 'charger.connection.v1') {
    await tx.query(
      'update chargers set online = $3, online_at = $4 where id = $1 and site_id = $2 and (online_at is null or online_at <= $4)',
      [fact.chargerId, siteId, fact.online, fact.at]
    )
  }
  if (fact.kind === 'charger.unclaimed.v1') {
    await noteUnclaimed(tx, siteId, fact)
    tx.afterCommit(() => needs.unclaimed(tenantId, siteId))
  }
}

/** The edge's own word of an end; it brings the trace that the command went out with. */
async function ended(
  { log }: Needs,
  tx: Tx,
  siteId: string,
  fact: FactOf<'command.ended.v1'>
): Promise<void> {
  const { commandId: id, status, error, traceparent } = fact
  await progress(tx, id, fact, siteId)
  tx.afterCommit(() => log.info({ id, siteId, status, error, ...traceIdIn(traceparent) }, 'a command ended'))
}
