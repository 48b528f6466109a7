import type { ConnectorAddress, ConnectorStatus, Reading } from '@nova/shared-protocol/model'
import { epochMsOf } from '@nova/shared-protocol/units'
import { doubt, isOlder, type Stamp } from './station-time.ts'
import type { ConnectorView, RunningSession } from './view.ts'

/** What was last reported of one connector; kept in the shadow, so that it outlives a restart. */
export type Reported = {
  readonly status: ConnectorStatus
  readonly suspendedBy: 'ev' | 'evse' | null
  readonly errorCode: string | null
  readonly info: string | null
  readonly at: string | null
  readonly heardAt: string
}

export type Measured = { readonly reading: Reading; readonly heardAt: string }

export type ConnectorState = {
  readonly reported: Reported | null
  readonly measured: Measured | null
  readonly readingHeardAtMs: number | null // Monotonic; null: from before this process.
  readonly doubted: { readonly status: Stamp | null; readonly reading: Stamp | null } // Older than what is known.
}

export const unknownConnector: ConnectorState = {
  reported: null,
  measured: null,
  readingHeardAtMs: null,
  doubted: { status: null, reading: null }
}

/** `taken`: it counts. Else it is older than what is known, and only remembered as such. */
export type Heeded = { readonly state: ConnectorState; readonly taken: boolean }

export function reported(state: ConnectorState, report: Reported): Heeded {
  const doubted = doubtOf(report, state.reported, state.doubted.status)
  if (doubted) return { state: { ...state, doubted: { ...state.doubted, status: doubted } }, taken: false }
  return { state: { ...state, reported: report, doubted: without(state, 'status') }, taken: true }
}

/** The newest of the readings, unless a newer one is known. @returns null when there is none */
export function measured(
  state: ConnectorState,
  readings: readonly Reading[],
  heard: { heardAt: string; monotonicMs: number }
): Heeded | null {
  const newest = readings.reduce<Reading | null>(
    (best, each) => (best && best.at > each.at ? best : each),
    null
  )
  if (!newest) return null
  const known = state.measured && { at: state.measured.reading.at, heardAt: state.measured.heardAt }
  const doubted = doubtOf({ at: newest.at, heardAt: heard.heardAt }, known, state.doubted.reading)
  if (doubted) return { state: { ...state, doubted: { ...state.doubted, reading: doubted } }, taken: false }
  return {
    state: {
      ...state,
      measured: { reading: newest, heardAt: heard.heardAt },
      readingHeardAtMs: heard.monotonicMs,
      doubted: without(state, 'reading')
    },
    taken: true
  }
}

/** @returns null: it counts; else what to go on doubting by */
function doubtOf({ at, heardAt }: Stamp, known: Stamp | null, doubted: Stamp | null): Stamp | null {
  if (!known || !isOlder({ at, heardAt }, known)) return null
  const then = doubt({ at, heardAt }, doubted)
  return then === 'take' ? null : then
}

/** The same object while there is nothing to forget: this is the way of each meter value. */
const without = ({ doubted }: ConnectorState, kind: 'status' | 'reading'): ConnectorState['doubted'] =>
  doubted[kind] === null ? doubted : { ...doubted, [kind]: null }

const wordAt = ({ at, heardAt }: Reported): string => at ?? heardAt

/** Stations that never say Charging are not shown as free: a session that began after that word is the newer one. */
function shownStatus(last: Reported | null, session: RunningSession | null): ConnectorStatus {
  if (!last) return session ? 'charging' : 'offline'
  const isOutOfDate =
    last.status === 'available' && session && epochMsOf(wordAt(last)) <= epochMsOf(session.startedAt)
  return isOutOfDate ? 'charging' : last.status
}

export type Link = { readonly connected: boolean }

/** @param session the one that runs here now; its energy is as of its last good register */
export function view(
  place: ConnectorAddress,
  state: ConnectorState,
  now: Link & { session: RunningSession | null }
): ConnectorView {
  const { reported: last } = state
  return {
    chargerId: place.chargerId,
    evseId: place.evseId,
    connectorId: place.connectorId,
    connected: now.connected,
    status: now.connected ? shownStatus(last, now.session) : 'offline',
    errorCode: last?.errorCode ?? null,
    statusAt: last && wordAt(last),
    session: now.session,
    reading: state.measured?.reading ?? null,
    readingHeardAtMs: state.readingHeardAtMs
  }
}
