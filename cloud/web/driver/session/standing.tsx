import type { ReactNode } from 'react'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Note } from '../../kit/ui/index.ts'
import { connectorName } from '../parts/sites.ts'
import { timeThere } from '../parts/time-there.ts'
import { useZones } from '../parts/use-zones.ts'
import { Idle } from './idle.tsx'
import { useFees } from './use-fees.tsx'
import type { Session } from './types.ts'

/** Charging is over, the car stands there, and that costs: what it has come to, and how it ends. */
export function StillThere({ session }: { session: Session }): ReactNode {
  const { say, language } = useWords()
  const fees = useFees(session)
  const zone = useZones()(session.siteId)
  return (
    <>
      <h1>{say('driver.standing')}</h1>
      <section className="card">
        <div className="in stack">
          <div className="spread">
            <span>{say('word.cost')}</span>
            <strong data-cost>{formatMoney(session.cost, language)}</strong>
          </div>
          <Note tone="wait" icon="plug">
            {say('driver.standingWhy', {
              connector: connectorName(session.connectorId),
              time: timeThere(session.endedAt, 'minute', language, zone)
            })}
          </Note>
          <Idle session={session} />
          {fees}
        </div>
      </section>
    </>
  )
}
