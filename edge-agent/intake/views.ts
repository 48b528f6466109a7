import { newestOpen, type Session } from '../core/sessions/index.ts'
import { underStation, view, type ConnectorView, type RunningSession } from '../core/shadow/index.ts'
import { places, type Room } from './room.ts'
import { energySoFar } from './sessions.ts'

/** All configured connectors as known now; made anew only when something has changed. */
export function openViews(room: Room): () => readonly ConnectorView[] {
  let views: readonly ConnectorView[] | null = null
  room.hot.onStale(() => (views = null))
  return () =>
    (views ??= room.config.now.chargers.flatMap((charger) =>
      places(charger).map(({ place }) => viewOf(room, place))
    ))
}

function viewOf(room: Room, place: Parameters<typeof view>[0]): ConnectorView {
  const session = newestOpen(room.book, place)
  const own = room.hot.state(place)
  const { reported } = room.hot.state({ chargerId: place.chargerId, evseId: 0, connectorId: 0 })
  return view(place, session ? own : underStation(own, reported), {
    connected: room.hot.isConnected(place.chargerId),
    session: session && running(session)
  })
}

function running(session: Session): RunningSession {
  const { sessionId, transactionId, tokenUid, startedAt, meterStartWh, suspendedBy } = session
  return {
    sessionId,
    transactionId,
    tokenUid,
    startedAt,
    meterStartWh,
    energyWh: energySoFar(session),
    suspendedBy
  }
}
