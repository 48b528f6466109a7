import type { History } from '@nova/shared-protocol/messages'
import type { Rooms } from './rooms.ts'

const tickMs = 1_000
type Sample = Exclude<History, { kind: 'sample.connector.v1' }>

const pruneEvery = 60 // Ticks: a bounded step a minute keeps up with a thousand events a second.
const manyFacts = 50_000 // A day of a large site that the cloud does not hold: somebody should look.
const fewFacts = 10_000
const sampleEvery = 10 // Ticks between two samples of a meter: what a day's curve needs.

/** What has to be done by the clock: sessions to close, events to prune, meters to write down. @returns stop */
export function keepTime(rooms: Rooms): () => void {
  let ticks = 0
  let busy = false
  const work = async () => {
    if (busy) return
    busy = true
    try {
      ticks++
      await probe(rooms)
      await rooms.intake.tick()
      if (ticks % pruneEvery === 0) await tidy(rooms)
      if (ticks % sampleEvery === 0) await sampleMeters(rooms)
    } catch (cause) {
      rooms.metrics.count('housekeeping_failed')
      rooms.log.warn(
        { once: `housekeeping:${String(cause)}`, cause: String(cause) },
        'housekeeping failed; it goes on'
      )
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void work(), tickMs)
  return () => clearInterval(timer)
}

/** While the disk takes nothing, perhaps nothing else is written: somebody has to find out that it is well again. */
async function probe({ store, clock }: Rooms): Promise<void> {
  if (store.health().state !== 'failing') return
  await store.commit(() => store.meta.put('probe', clock.instant())).catch(() => undefined) // Health tells it.
}

async function tidy({ store, clock, settings, intake }: Rooms): Promise<void> {
  await store.outbox.prune(clock.now())
  if (settings.cloud === null) return
  const waiting = store.outbox.newest('facts').sequence - store.outbox.durable('facts')
  if (waiting < fewFacts) intake.alarms.clear('outbox-growing', settings.site.id)
  if (waiting <= manyFacts) return
  intake.alarms.raise({
    code: 'outbox-growing',
    severity: 'warning',
    subject: settings.site.id,
    detail: `${waiting} facts wait for the cloud. Nothing is lost; bills wait.`,
    advice: 'Check the internet connection of the site and the cloud’s ingest.'
  })
}

/** What meters, batteries and inverters show now: a sample for the history, and the newest word in their shadows. */
export async function sampleMeters(
  rooms: Pick<Rooms, 'meters' | 'participants' | 'store' | 'loop' | 'intake' | 'clock'>
): Promise<void> {
  const { meters, store, loop, intake } = rooms
  const limitW = loop?.allocation()?.limitW ?? null
  const metered = meters.flatMap(({ id, driver }): Sample[] => {
    const reading = driver.latest()?.reading
    return reading ? [{ kind: 'sample.meter.v1', deviceId: id, limitW, reading }] : []
  })
  const samples = [...metered, ...participantSamples(rooms)]
  if (samples.length === 0) return
  await store.commit(() => {
    for (const sample of samples) {
      const { deviceId, reading } = sample
      store.outbox.append('history', `meter:${deviceId}:${reading.at}`, JSON.stringify(sample))
      intake.keepReported(deviceId, 'reading', reading, reading.at)
    }
  }, 'soon')
}

const silentMs = 15_000 // An older reading is no sample of now: a gap stays a gap.

/** What batteries and inverters show now; one that sleeps or is not heard has no sample. */
export const participantSamples = ({
  participants,
  clock
}: Pick<Rooms, 'participants' | 'clock'>): Sample[] =>
  participants.flatMap(({ participant: { id, kind }, latest }): Sample[] => {
    const heard = latest()
    if (heard === null || clock.monotonicMs() - heard.takenAtMs > silentMs) return []
    const { at, totalW, socPercent } = heard.reading
    const reading = { at, powerW: Math.round(totalW), ...(socPercent === null ? {} : { socPercent }) }
    return [{ kind: 'sample.participant.v1', deviceId: id, participant: kind, reading }]
  })
