import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { Lane } from '@nova/shared-protocol/messages'
import type { Store, StoreHealth } from './contract.ts'
import { openDatabase } from './database.ts'
import { memoryOf, openGroupCommit } from './group-commit.ts'
import { instant, openHealthBook } from './health.ts'
import { LaneStore } from './lane.ts'
import { openOutbox, type OpenOutbox } from './outbox.ts'
import { giveBack, openReserve, type Reserve } from './reserve.ts'
import { salvage } from './salvage.ts'
import { openShelves } from './shelves.ts'

export type StoreOptions = {
  readonly path: string // The database file; its folder is made.
  readonly now: () => number // Unix ms.
  readonly random: () => string // A UUID.
  readonly log: { warn(fields: object, text: string): void; error(fields: object, text: string): void }
  readonly reserveBytes?: number // Kept free for money; default 64 MB.
  readonly historyBytes?: number // Most that history may take; default 1 GB.
}

/** Enough for a day of sessions of a large site while the disk is full (reliability 2.1 row 3). */
const reserveBytes = 64_000_000

/** 30 days of 10 connectors at one sample in 10 s are 2.6 million rows of some 400 bytes. */
const historyBytes = 1_000_000_000

/** Recomputed at the start, newest first in line to be sent; at 300,000 a second this costs a sixth of a second. */
const checkedAtOpen = 50_000

const day = 86_400_000

/** A replayed command is older than its expiry by then; its counter stays used up for ever. */
const commandsKeptMs = 90 * day

/** Longer than any charger keeps a message that it repeats. */
const sessionsKeptMs = 180 * day

/** @throws StoreError when the file cannot be opened or written, or another process holds it */
export function openStore(options: StoreOptions): Store {
  const { now, log, path } = options
  const { db, logFile, setAside } = openDatabase(path, instant(now()), () => giveBack(`${path}.reserve`))
  const lanes = { facts: new LaneStore(db, 'facts'), history: new LaneStore(db, 'history') }
  const damage = setAside ? takeOver(db, lanes, { setAside, at: now() }) : brokenChain(lanes)
  if (damage) log.error({ damage }, 'the edge database is damaged')
  const reserve = openReserve(`${path}.reserve`, options.reserveBytes ?? reserveBytes, monotonic)
  const book = openHealthBook(now)
  const shelves = openShelves(db, guard(db), options.random)
  const group = openGroupCommit({
    db,
    monotonic,
    flush: logFile.flush,
    memory: memoryOf([lanes.facts, lanes.history, shelves.shadows], {
      finish: () => shelves.shadows.finish(),
      news: () => outbox.appended()
    }),
    makeRoom: () => reserve.release(),
    tell: (fault) => book.tell(fault, reserve.inUse())
  })
  const outbox = openLanes(options, { db, lanes, reserve, shelves, commit: group.commit })
  book.tell(null, reserve.inUse())
  const health = (): StoreHealth => {
    const sizes = { fileBytes: sizeOf(path), walBytes: sizeOf(`${path}-wal`), freeBytes: reserve.freeBytes() }
    return { ...book.state(), ...sizes, ...group.counts, damage, historyDropped: outbox.dropped() }
  }
  return {
    ...shelves,
    commit: group.commit,
    outbox,
    health,
    onHealth: (listener) => book.onChange(() => listener(health())),
    async close() {
      await group.close()
      db.close()
      logFile.close()
    }
  }
}

type Parts = {
  readonly db: Database
  readonly lanes: Lanes
  readonly reserve: Reserve
  readonly shelves: ReturnType<typeof openShelves>
  readonly commit: Store['commit']
}

function openLanes(options: StoreOptions, { db, lanes, reserve, shelves, commit }: Parts): OpenOutbox {
  return openOutbox({
    lanes,
    now: options.now,
    historyBytes: options.historyBytes ?? historyBytes,
    inCommit: guard(db),
    noHistory: () => reserve.inUse(),
    commit,
    pruneOthers(at, rows) {
      reserve.refill()
      shelves.commands.prune(instant(at - commandsKeptMs), rows)
      shelves.sessions.prune(instant(at - sessionsKeptMs), rows)
      shelves.reservations.prune()
    }
  })
}

type Lanes = Readonly<Record<Lane, LaneStore>>

/** Writers outside of a commit would be a change without its news, or a second fsync. */
const guard = (db: Database) => (act: string) => {
  if (!db.inTransaction) throw new Error(`${act} only inside of store.commit`)
}

/** What was still to be sent goes on in the new database, under new sequences and the same keys. */
function takeOver(db: Database, { facts }: Lanes, old: { setAside: string; at: number }): string {
  const saved = db.transaction(() =>
    salvage(old.setAside, (key, body) => {
      facts.append(key, body, old.at)
    })
  )()
  facts.safe()
  return `the database was unreadable and set aside as ${old.setAside}; ${saved} unsent facts were saved from it`
}

/** Bit rot in what the cloud does not have yet is found before it is sent (reliability 2.1 row 5). */
function brokenChain(lanes: Lanes): string | null {
  for (const lane of ['facts', 'history'] as const) {
    const from = Math.max(lanes[lane].durable(), lanes[lane].newest().sequence - checkedAtOpen)
    const bad = lanes[lane].verify(from, checkedAtOpen)
    if (bad !== null) return `the chain of ${lane} does not fit at ${bad}`
  }
  return null
}

const monotonic = (): number => performance.now()

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
