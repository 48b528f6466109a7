import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed, useNow } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Note, Refusal, StatePill, Trouble } from '../../kit/ui/index.ts'
import { connectorName } from '../parts/sites.ts'
import { timeThere } from '../parts/time-there.ts'
import { useZones } from '../parts/use-zones.ts'

export type Reservation = Answer<'GET /reservations'>['items'][number]
const everyMs = 2_000 // A charger answers within seconds; the stream tells only of connectors.
const slowMs = 20_000

const open: ReadonlySet<string> = new Set(['holding', 'asked', 'active'])

export const isOpen = ({ status, expiresAt }: Reservation, now: number): boolean =>
  open.has(status) && Date.parse(expiresAt) > now

/** My reservations, newest first; asked for often while a charger has one to answer. */
export function useReservations() {
  const first = useApi('GET /reservations', { query: { limit: 50 } })
  const isAsked = first.data?.items.some(({ status }) => status === 'asked' || status === 'holding') ?? false
  useApi('GET /reservations', { query: { limit: 50 } }, { everyMs: isAsked ? everyMs : slowMs })
  return first
}

/** One that stands: until when, and its end. */
export function Standing({ reservation }: { reservation: Reservation }): ReactNode {
  const { say, language } = useWords()
  const zone = useZones()(reservation.siteId)
  const deed = useDeed('DELETE /reservations/{id}', ['GET /reservations', 'GET /connectors/{id}'])
  const { status } = reservation
  const isAsked = status !== 'active'
  return (
    <Note tone={isAsked ? 'wait' : 'busy'} icon={isAsked ? 'clock' : 'lock'}>
      {isAsked
        ? say(status === 'holding' ? 'reserve.holding' : 'reserve.asked')
        : say('reserve.yours', { time: timeThere(reservation.expiresAt, 'minute', language, zone) })}
      <div>
        <button
          type="button"
          className="btn"
          data-size="small"
          disabled={deed.isPending || deed.isSuccess}
          onClick={() => deed.mutate({ path: { id: reservation.id } })}
        >
          {say(deed.isPending || deed.isSuccess ? 'reserve.cancelling' : 'reserve.cancel')}
        </button>
      </div>
      <Refusal problem={deed.error} />
    </Note>
  )
}

/** All of them, on the page of sessions: what stands on top, then what became of the others. */
export function Reservations(): ReactNode {
  const { say } = useWords()
  const reservations = useReservations()
  if (reservations.error)
    return <Trouble problem={reservations.error} retry={() => void reservations.refetch()} />
  const items = reservations.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section className="stack">
      <h2>{say('reserve.list')}</h2>
      <div className="card">
        {items.slice(0, shown).map((each) => (
          <Row key={each.id} reservation={each} />
        ))}
      </div>
    </section>
  )
}

const shown = 5

function Row({ reservation }: { reservation: Reservation }): ReactNode {
  const { say, language } = useWords()
  const { connectorId, siteId, status, expiresAt, sessionId } = reservation
  const zone = useZones()(siteId)
  const now = useNow(5_000)
  return (
    <div className="wish-back">
      <div className="spread">
        <Link to="/driver/c/$connectorKey" params={{ connectorKey: connectorId }}>
          <strong>{connectorName(connectorId)}</strong>
        </Link>
        <StatePill family="reservation" state={status} />
      </div>
      <div className="spread">
        <span className="quiet small tabular">
          {say('reserve.until', { time: timeThere(expiresAt, 'short', language, zone) })}
        </span>
        {sessionId !== null && (
          <Link to="/driver/sessions/$sessionId" params={{ sessionId }} className="small">
            {say('reserve.bill')}
          </Link>
        )}
      </div>
      {reservation.failure !== null && (
        <span className="quiet small" lang="en">
          {reservation.failure}
        </span>
      )}
      {isOpen(reservation, now) && <Standing reservation={reservation} />}
    </div>
  )
}
