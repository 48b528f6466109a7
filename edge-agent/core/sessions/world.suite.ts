import type { Reading, ReviewReason } from '@nova/shared-protocol/model'
import type { FactKind, FactOf } from '@nova/shared-protocol/messages'
import {
  booted,
  overdue,
  readings,
  start,
  statusHeard,
  stop,
  type Effects,
  type Session,
  type StartTerms,
  type StopHeard
} from './index.ts'

/** The simplest book there is: everything in maps, effects written at once. What the edge keeps, without a disk. */
export type World = ReturnType<typeof openWorld>

export const plainTerms: StartTerms = {
  sessionId: null,
  commandId: null,
  tariff: null,
  cap: null,
  group: null,
  offline: false,
  tokenProblem: null,
  priced: null,
  refused: null
}

export function openWorld(
  options: { ratingW?: number | null; seed?: number; watchesLeaving?: boolean } = {}
) {
  const sessions = new Map<string, Session>()
  const facts = new Map<string, { kind: FactKind }>()
  const strays = new Map<string, StopHeard>()
  let drawn = options.seed ?? 1
  const around = {
    chance: {
      uuid: () => `00000000-0000-4000-8000-${String(++drawn).padStart(12, '0')}`,
      int31: () => (++drawn * 7919) % 2 ** 31
    },
    ratingW: () => (options.ratingW === undefined ? 22_000 : options.ratingW),
    watchesLeaving: () => options.watchesLeaving ?? false
  }
  const all = () => [...sessions.values()]
  const book = {
    find: (id: string) => sessions.get(id) ?? null,
    byStartKey: (key: string) => all().find((each) => each.startKey === key) ?? null,
    byTransaction: (chargerId: string, id: string) =>
      all().find((each) => each.chargerId === chargerId && each.transactionId === id) ?? null,
    openOf: (chargerId: string) => all().filter((each) => each.chargerId === chargerId && !each.end),
    strayStop: (chargerId: string, id: string) => strays.get(`${chargerId}/${id}`) ?? null
  }
  function apply(effects: Effects): void {
    for (const session of effects.sessions) sessions.set(session.sessionId, session)
    for (const { key, fact } of effects.facts) if (!facts.has(key)) facts.set(key, fact)
    if (effects.keepStray)
      strays.set(`${effects.keepStray.chargerId}/${effects.keepStray.transactionId}`, effects.keepStray)
    if (effects.dropStray) strays.delete(`${effects.dropStray.chargerId}/${effects.dropStray.transactionId}`)
  }
  return {
    book,
    sessions: all,
    facts: () => [...facts].map(([key, fact]) => ({ key, fact })),
    of: <Kind extends FactKind>(kind: Kind) =>
      [...facts.values()].filter((fact) => fact.kind === kind) as FactOf<Kind>[],
    start(given: Partial<Parameters<typeof start>[1]> = {}, terms: Partial<StartTerms> = {}) {
      const [session, effects] = start(
        book,
        { ...plainStart, ...given },
        { terms: { ...plainTerms, ...terms }, around }
      )
      apply(effects)
      return session.transactionId
    },
    stop(given: Partial<StopHeard>) {
      const [session, effects] = stop(book, { ...plainStop, ...given }, around)
      apply(effects)
      return session
    },
    readings(
      transactionId: string | null,
      heard: readonly Reading[],
      place: Partial<Parameters<typeof readings>[1]> = {}
    ) {
      apply(
        readings(
          book,
          { ...plainPlace, heardAt: now, raw: '[2]', problems: [], ...place, transactionId, readings: heard },
          around
        )
      )
    },
    booted: (heardAt: string) => apply(booted(book, 'CP-1', heardAt)),
    status: (session: Session, heard: Omit<Parameters<typeof statusHeard>[1], 'heardAt'>) =>
      apply(statusHeard(session, { ...heard, heardAt: now })),
    overdue: (at: string, signs: { goneSinceMs?: number; freeSinceMs?: number } = {}) =>
      apply(
        overdue(book, 'CP-1', {
          at,
          around,
          signs: () => ({ goneSinceMs: null, freeSinceMs: null, ...signs })
        })
      )
  }
}

/** Last word on a session's end: a stop that came late follows the end that was assumed. */
export function endOf(world: World): Session['end'] {
  return world.sessions()[0]?.end ?? null
}

export const reasons = (world: World): ReviewReason[] =>
  world.sessions().flatMap((each) => each.review.map(({ reason }) => reason))

export const now = '2026-06-01T12:00:00.000Z'
export const at = (time: string): string => `2026-06-01T${time}Z`
export const register = (time: string, registerWh: number): Reading => ({ at: at(time), registerWh })

export const plainPlace = { chargerId: 'CP-1', evseId: 1, connectorId: 1 }

export const plainStart = {
  ...plainPlace,
  heardAt: now,
  raw: '[2,"1","StartTransaction",{}]',
  tokenUid: 'TAG-001',
  at: at('10:00:00'),
  meterStartWh: 1000,
  reservationId: null,
  transactionId: null,
  problems: []
}

export const plainStop: StopHeard = {
  chargerId: 'CP-1',
  heardAt: now,
  raw: '[2,"9","StopTransaction",{}]',
  transactionId: '?',
  tokenUid: null,
  at: at('11:00:00'),
  meterStopWh: 11_000,
  reason: 'local',
  readings: [],
  problems: []
}
