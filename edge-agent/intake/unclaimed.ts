import type { Needs, Unclaimed } from './contract.ts'

/** Strangers remembered at a time, each within 1 kB: 200 kB at the most, whoever knocks (reliability O9). */
const mostKnown = 200
const mostWords = 8
const longestName = 40
const longestValue = 80

/** New strangers an hour that are told to the cloud; a scanner that tries names must not fill the facts. */
const factsPerHour = 20
const hourMs = 3_600_000

/** A fresh edge hears its chargers from the cloud within seconds of its start, and they may well be there before. */
const firstWordMs = 30_000

export type Knock = {
  readonly identity: string
  readonly address: string
  readonly protocol: string
  readonly says: Readonly<Record<string, string>>
}

export type UnclaimedList = {
  /** @returns whether this one is new and worth a fact */
  note(knock: Knock): boolean
  /** Whether it waits, as all do at a site that has no chargers at all and was opened a moment ago. */
  isToldLater(chargers: number, identity: string): boolean
  /** Strangers that have waited long enough, or whose site knows its chargers by now; each once. */
  ripe(chargers: number): readonly Unclaimed[]
  /** Somebody configured it. */
  forget(identity: string): void
  list(): readonly Unclaimed[]
}

/** Chargers that nobody has configured, newest knock last. */
export function openUnclaimed({ now, monotonic }: Needs): UnclaimedList {
  const known = new Map<string, Unclaimed>()
  const waiting = new Set<string>()
  const openedAt = monotonic()
  const isFresh = (chargers: number): boolean => chargers === 0 && monotonic() - openedAt < firstWordMs
  let hour = { since: now(), told: 0 }

  function mayTell(): boolean {
    if (now() - hour.since > hourMs) hour = { since: now(), told: 0 }
    hour = { ...hour, told: hour.told + 1 }
    return hour.told <= factsPerHour
  }

  return {
    note(knock) {
      const identity = knock.identity.slice(0, 48)
      const before = known.get(identity)
      known.delete(identity)
      known.set(identity, knocked(before, { ...knock, identity }, new Date(now()).toISOString()))
      const oldest = known.keys().next()
      if (known.size > mostKnown && !oldest.done) known.delete(oldest.value)
      return (before === undefined || isFirstWord(before, knock)) && mayTell()
    },
    isToldLater(chargers, identity) {
      if (isFresh(chargers)) waiting.add(identity)
      return waiting.has(identity)
    },
    ripe(chargers) {
      if (waiting.size === 0 || isFresh(chargers)) return []
      const ripe = [...waiting].flatMap((identity) => known.get(identity) ?? [])
      waiting.clear()
      return ripe
    },
    forget(identity) {
      known.delete(identity)
      waiting.delete(identity)
    },
    list: () => [...known.values()]
  }
}

function knocked(before: Unclaimed | undefined, knock: Knock, at: string): Unclaimed {
  return {
    identity: knock.identity,
    address: knock.address.slice(0, 64),
    protocol: knock.protocol.slice(0, longestName),
    says: short({ ...knock.says, ...before?.says }),
    firstAt: before?.firstAt ?? at,
    lastAt: at,
    knocks: (before?.knocks ?? 0) + 1
  }
}

/** Vendor and model come with the boot message, after the knock at the door. */
const isFirstWord = (before: Unclaimed, knock: Knock): boolean =>
  Object.keys(before.says).length === 0 && Object.keys(knock.says).length > 0

const short = (says: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(says)
      .slice(0, mostWords)
      .map(([name, value]) => [name.slice(0, longestName), value.slice(0, longestValue)])
  )
