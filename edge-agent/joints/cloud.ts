import { randomUUID } from 'node:crypto'
import type { UplinkNeeds } from '../uplink/index.ts'
import { liveOf, versionsOf } from './live.ts'
import { answerQuestion } from './picture.ts'
import type { Rooms } from './rooms.ts'

/** @throws when the settings name no cloud */
export function uplinkNeeds(rooms: Rooms): UplinkNeeds {
  const { settings, store, state, intake, metrics, clock, log, version } = rooms
  if (settings.cloud === null) throw new Error('standalone: there is no cloud to talk to')
  return {
    site: settings.site.id,
    version,
    servers: settings.cloud.nats,
    credentials: settings.cloud.credentials?.nats || null,
    ...identityOf(rooms),
    clock,
    random: () => Math.random(),
    outbox: store.outbox,
    commit: (write) => store.commit(write, 'soon'),
    desiredVersions: () => versionsOf(rooms),
    desired: (desired) => state.apply(desired),
    command: async (bytes, epoch, trace) => (await rooms.orders?.fromCloud(bytes, epoch, trace)) ?? null,
    ask: async (bytes) => answerQuestion(rooms, bytes),
    live: liveOf(rooms),
    changed: () => undefined,
    alarms: intake.alarms,
    count: metrics.count,
    log
  }
}

/** The instance lives in the database, the boot in this process; both are new when the database is an old copy. */
function identityOf({ store }: Rooms): Pick<UplinkNeeds, 'identity' | 'renewIdentity'> {
  let boot = randomUUID()
  return {
    identity: () => ({ instance: store.meta.instance, boot }),
    renewIdentity: async () => {
      boot = randomUUID()
      await store.commit(() => store.meta.put('instance', randomUUID()))
    }
  }
}
