import type { TLSSocket } from 'node:tls'
import type { Claim } from '../../contract.ts'
import type { OcppNeeds } from '../needs.ts'
import { readHandshake } from './handshake.ts'
import type { Knock } from './listen.ts'
import { refuse } from './refuse.ts'
import { openTries } from './tries.ts'

const challenge = { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' }
const minuteS = 60 // Tries are counted by the minute.

export type Admitted =
  | { readonly kind: 'welcome'; readonly chargerId: string; readonly claim: Claim }
  | { readonly kind: 'unclaimed'; readonly claim: Claim }

export type Admission = {
  /** null: refused, and the socket has been answered. */
  admit(knock: Knock): Admitted | null
  close(): void
}

/**
 * Who may come in, decided before any upgrade. Too many wrong tries of an identity or an address are answered
 * late, no more than so many at a time, and with when to come back; the password is compared all the same, so that the real charger is
 * never locked out by whoever guesses at its door, be it from the same address (O2).
 */
export function openAdmission(needs: OcppNeeds): Admission {
  const byIdentity = openTries(needs.limits.triesPerMinute)
  const byAddress = openTries(needs.limits.triesPerMinute)
  const late = openLateAnswers(needs)

  function wrong(knock: Knock, identity: string): void {
    const now = needs.clock.monotonic()
    const tooMany = [byIdentity.wrong(identity, now), byAddress.wrong(knock.address, now)].some(Boolean)
    needs.metrics.refused(tooMany ? 'too many tries' : 'credentials')
    if (tooMany) late.answer(knock, minuteS)
    else refuse(knock.socket, 401, challenge)
  }

  return {
    admit(knock) {
      const handshake = readHandshake(knock.request.url ?? '', knock.request.headers)
      if (handshake.kind === 'refused') {
        if (handshake.status === 401) wrong(knock, '')
        else decline(needs, knock, handshake.status, handshake.reason)
        return null
      }
      const claim = claimOf(knock, handshake)
      const door = claim === null ? { kind: 'wrong-credentials' as const } : needs.intake.door(claim)
      if (claim !== null && door.kind === 'welcome') return { ...door, claim }
      if (claim !== null && door.kind === 'unclaimed') return { ...door, claim }
      if (door.kind === 'slow-down') {
        needs.metrics.refused('slow down')
        late.answer(knock, door.retryAfterS)
      } else wrong(knock, handshake.identity)
      return null
    },
    close: late.close
  }
}

type Shown = Extract<ReturnType<typeof readHandshake>, { kind: 'claim' }>

/** null: a client certificate was shown that is not ours or names somebody else (O6). */
function claimOf(knock: Knock, { identity, protocol, password }: Shown): Claim | null {
  const certificate = certificateOf(knock, identity)
  if (certificate === 'wrong') return null
  const { address, secure } = knock
  return { identity, protocol, address, secure, password, certified: certificate === 'good' }
}

function certificateOf(knock: Knock, identity: string): 'none' | 'good' | 'wrong' {
  if (!knock.secure) return 'none'
  const socket = knock.request.socket as TLSSocket
  const shown = socket.getPeerCertificate()
  if (Object.keys(shown).length === 0) return 'none'
  return socket.authorized && shown.subject.CN === identity ? 'good' : 'wrong'
}

export function decline(
  needs: Pick<OcppNeeds, 'metrics'>,
  knock: Knock,
  status: number,
  ...[reason, headers]: readonly [string, Readonly<Record<string, string>>?]
): void {
  needs.metrics.refused(reason)
  refuse(knock.socket, status, headers)
}

function openLateAnswers({ limits }: Pick<OcppNeeds, 'limits'>) {
  const waiting = new Map<Knock, NodeJS.Timeout>()
  return {
    answer(knock: Knock, retryAfterS: number) {
      if (waiting.size >= limits.slowAnswers) {
        knock.socket.destroy()
        return
      }
      const timer = setTimeout(() => {
        waiting.delete(knock)
        refuse(knock.socket, 401, { ...challenge, 'Retry-After': String(retryAfterS) })
      }, limits.slowAnswerMs)
      waiting.set(knock, timer)
      knock.socket.once('close', () => {
        clearTimeout(timer)
        waiting.delete(knock)
      })
    },
    close() {
      for (const [knock, timer] of waiting) {
        clearTimeout(timer)
        knock.socket.destroy()
      }
      waiting.clear()
    }
  }
}
