import { decline } from '../door/admit.ts'
import type { Knock } from '../door/listen.ts'
import type { OcppNeeds } from '../needs.ts'
import type { Link } from './link.ts'

export type Links = {
  find(chargerId: string): Link | undefined
  all(): Iterable<Link>
  put(link: Link): void
  /** Exactly one link a charger: forgets this one if it is still the one. */
  remove(chargerId: string): void
  /**
   * Calls `enter` when the charger has no living link: at once, or after the old one has failed to show that
   * it lives. Otherwise the newcomer is refused with 409, the old link stays (O3), and people are told.
   */
  makeRoom(knock: Knock, chargerId: string, enter: () => void): void
}

type Needs = Pick<OcppNeeds, 'intake' | 'clock' | 'limits' | 'metrics' | 'log'>

export function openLinks(needs: Needs): Links {
  const links = new Map<string, Link>()
  const probing = new Set<string>()
  const switchedAt = openLastTimes()
  const alert = openAlert(needs)

  async function contest(knock: Knock, old: Link, enter: () => void): Promise<void> {
    const { chargerId } = old.who
    probing.add(chargerId)
    const alive = await old.probe(needs.limits.probeMs).finally(() => probing.delete(chargerId))
    const now = needs.clock.monotonic()
    const current = links.get(chargerId)
    if (alive || (current && current !== old)) {
      decline(needs, knock, 409, 'second connection')
      alert(chargerId, knock.address)
    } else if (current && switchedAt.within(chargerId, now, needs.limits.switchMs)) {
      decline(needs, knock, 503, 'switched a moment ago', { 'Retry-After': '60' })
    } else if (!knock.socket.destroyed) {
      if (current) switchedAt.note(chargerId, now)
      void current?.end(1001, 'replaced: it did not answer')
      enter()
    }
  }

  return {
    find: (chargerId) => links.get(chargerId),
    all: () => links.values(),
    put: (link) => void links.set(link.who.chargerId, link),
    remove: (chargerId) => void links.delete(chargerId),
    makeRoom(knock, chargerId, enter) {
      const old = links.get(chargerId)
      if (!old) return enter()
      // One probe at a time: a crowd of impostors costs one ping (O4).
      if (probing.has(chargerId)) return decline(needs, knock, 409, 'second connection')
      void contest(knock, old, enter)
    }
  }
}

function openLastTimes() {
  const times = new Map<string, number>()
  return {
    note: (key: string, now: number) => void times.set(key, now),
    within: (key: string, now: number, ms: number) => now - (times.get(key) ?? -Infinity) < ms
  }
}

/** A second connection with valid credentials: somebody has copied them. Told once a minute. */
function openAlert({ intake, clock, limits, log }: Needs) {
  const told = openLastTimes()
  return (chargerId: string, address: string) => {
    const now = clock.monotonic()
    if (told.within(chargerId, now, limits.alertMs)) return
    told.note(chargerId, now)
    log.warn({ chargerId, address }, 'second connection for a living charger refused')
    intake.notice(chargerId, 'impostor', { address }).catch((cause: unknown) => {
      log.error({ chargerId, err: cause }, 'the alert could not be stored')
    })
  }
}
