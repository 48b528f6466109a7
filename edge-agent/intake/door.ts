import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Charger } from '@nova/shared-protocol/model'
import type { Claim, Door } from '../drivers/contract.ts'

/** Wrong tries in a minute, for an identity and for an address, before the door is slow (reliability O2). */
const triesPerMinute = 5
const minuteMs = 60_000

/** Identities and addresses remembered at the door; the oldest go first. */
const mostCounted = 5_000

export type DoorNeeds = {
  readonly now: () => number // Monotonic ms.
  readonly key: Uint8Array // Made fresh by each process: what lies in memory is of no use elsewhere.
}

export type Doorkeeper = {
  claim(claim: Claim): Door
  reload(chargers: readonly Charger[]): void
}

type Known = { readonly charger: Charger; readonly secrets: readonly Buffer[] }

/** Checks who knocks. Synchronous and cheap: an HMAC of at most 1 kB and a comparison in constant time. */
export function openDoor(needs: DoorNeeds): Doorkeeper {
  const wrong = openTries(needs.now)
  let byIdentity = new Map<string, Known>()
  const digest = (secret: Uint8Array): Buffer =>
    createHmac('sha256', needs.key).update(secret.subarray(0, 1024)).digest()

  function fits({ charger, secrets }: Known, claim: Claim): boolean {
    const { profile } = charger.security
    if (profile === 0) return true
    if (profile === 3) return claim.secure && claim.certified === true
    if (profile === 2 && !claim.secure) return false // A lower profile than agreed is refused (A00.FR.405).
    const told = claim.password ? spellings(claim.password).map(digest) : []
    // Every spelling against every form, so that time tells nothing.
    return told.flatMap((each) => secrets.map((secret) => timingSafeEqual(each, secret))).includes(true)
  }

  return {
    claim(claim) {
      const known = byIdentity.get(claim.identity)
      if (!known) return { kind: 'unclaimed' }
      const { id } = known.charger
      // The right password is never made to wait for somebody else's wrong ones (reliability O2): chargers behind
      // one router share an address. A try costs one HMAC; the driver answers the wrong ones late and limits sockets.
      if (fits(known, claim)) return { kind: 'welcome', chargerId: id }
      const wait = Math.max(wrong.note(claim.address), wrong.note(`id ${id}`))
      return wait > 0 ? { kind: 'slow-down', retryAfterS: wait } : { kind: 'wrong-credentials' }
    },
    reload(chargers) {
      byIdentity = new Map(
        chargers.map((charger) => {
          const { password } = charger.security
          const secrets = password === undefined ? [] : spellings(Buffer.from(password)).map(digest)
          return [charger.identity, { charger, secrets }]
        })
      )
    }
  }
}

/** The AuthorizationKey is hex text to some stations and the bytes it stands for to others. */
function spellings(secret: Uint8Array): Uint8Array[] {
  const text = Buffer.from(secret).toString('latin1')
  const isHex = text.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(text)
  return isHex ? [secret, Buffer.from(text, 'hex')] : [secret]
}

/** Counts per name within a sliding minute of fixed windows. */
function openTries(now: () => number) {
  const tries = new Map<string, { since: number; count: number }>()
  const current = (name: string) => {
    const held = tries.get(name)
    return held && now() - held.since < minuteMs ? held : { since: now(), count: 0 }
  }
  const waitS = ({ since, count }: { since: number; count: number }) =>
    count > triesPerMinute ? Math.max(1, Math.ceil((since + minuteMs - now()) / 1000)) : 0
  return {
    note(name: string): number {
      const held = current(name)
      const next = { since: held.since, count: held.count + 1 }
      tries.delete(name)
      tries.set(name, next)
      const oldest = tries.keys().next()
      if (tries.size > mostCounted && !oldest.done) tries.delete(oldest.value)
      return waitS(next)
    }
  }
}
