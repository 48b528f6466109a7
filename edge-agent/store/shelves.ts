import type { Database } from 'better-sqlite3'
import { openAnswers } from './answers.ts'
import { openCommands } from './commands.ts'
import { openAlarms, openDesired, openLimits, openMeta, openTokens } from './sections.ts'
import { openReservations, openSessions } from './sessions.ts'
import { ShadowStore } from './shadows.ts'

/** Every table that is no lane; each writer refuses to work outside of a commit. */
export function openShelves(db: Database, inCommit: (act: string) => void, random: () => string) {
  return {
    commands: openCommands(db, inCommit),
    sessions: openSessions(db, inCommit),
    desired: openDesired(db, inCommit),
    limits: openLimits(db, inCommit),
    meta: openMeta(db, inCommit, random),
    tokens: openTokens(db, inCommit),
    answers: openAnswers(db, inCommit),
    reservations: openReservations(db, inCommit),
    shadows: new ShadowStore(db, inCommit),
    alarms: openAlarms(db, inCommit)
  }
}
