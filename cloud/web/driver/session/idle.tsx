import type { ReactNode } from 'react'
import { useApi, useNow } from '../../kit/api/index.ts'
import { formatDuration, formatPrice, useWords } from '../../kit/text.ts'
import { Note } from '../../kit/ui/index.ts'
import { timeThere } from '../parts/time-there.ts'
import { useZones } from '../parts/use-zones.ts'
import type { Session } from './types.ts'

const askEveryMs = 3_000

/** The car takes no more and stands where that costs: from when on, how much, and how long is left. */
export function Idle({ session }: { session: Session }): ReactNode {
  const { say, language } = useWords()
  const now = useNow(1_000)
  const zone = useZones()(session.siteId)
  const idle = useApi('GET /sessions/{id}/idle', { path: { id: session.id } }, { everyMs: askEveryMs }).data
    ?.idle
  if (!idle) return null
  const leftMs = Date.parse(idle.costsFrom) - now
  const fill = {
    time: timeThere(idle.costsFrom, 'minute', language, zone),
    price: formatPrice(idle.price, idle.currency, language),
    left: formatDuration(leftMs, language)
  }
  return (
    <Note tone={leftMs > 0 ? 'wait' : 'fault'} icon="clock">
      <strong data-idle={leftMs > 0 ? 'soon' : 'begun'}>
        {say(leftMs > 0 ? 'idle.soon' : 'idle.begun', fill)}
      </strong>
      {idle.toldAt !== null && (
        <div className="small">
          {say('idle.told', { time: timeThere(idle.toldAt, 'minute', language, zone) })}
        </div>
      )}
    </Note>
  )
}
