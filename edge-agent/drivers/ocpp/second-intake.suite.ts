import type { Charger } from '@nova/shared-protocol/model'
import type { Authorisation, Claim, Door, Intake } from '../contract.ts'

/** A second implementation of the driver's port: keeps everything in lists, commits when the test says so. */
export type SecondIntake = Intake & {
  readonly said: { readonly what: string; readonly with: Readonly<Record<string, unknown>> }[]
  /** Holds every commit back until `release`, or makes it fail. */
  hold(): void
  release(): void
  failing: boolean
  doorAsked: number
}

const welcome: Authorisation = { status: 'accepted', group: 'G1', expiresAt: null }

export function secondIntake(chargers: readonly Charger[]): SecondIntake {
  const said: SecondIntake['said'] = []
  const held: (() => void)[] = []
  const byContent = new Map<string, string>()
  let holding = false
  const commit = <Value>(what: string, detail: object, value: Value): Promise<Value> => {
    said.push({ what, with: detail as Readonly<Record<string, unknown>> })
    if (intake.failing) return Promise.reject(new Error('disk is full'))
    if (!holding) return Promise.resolve(value)
    return new Promise((resolve) => {
      held.push(() => resolve(value))
    })
  }
  const intake: SecondIntake = {
    said,
    failing: false,
    doorAsked: 0,
    hold: () => {
      holding = true
    },
    release: () => {
      holding = false
      for (const each of held.splice(0)) each()
    },
    door: (claim) => {
      intake.doorAsked++
      return judge(chargers, claim)
    },
    connected: (chargerId, link) => commit('connected', { chargerId, ...link }, undefined),
    disconnected: (chargerId, at, reason) => commit('disconnected', { chargerId, at, reason }, undefined),
    unclaimed: (identity, address, protocol, says) =>
      void said.push({ what: 'unclaimed', with: { identity, address, protocol, says } }),
    boot: (report) =>
      commit('boot', report, {
        registration: chargers.find(({ id }) => id === report.chargerId)?.registration ?? 'pending'
      }),
    status: (report) => commit('status', report, undefined),
    authorise: (chargerId, tokenUid) =>
      commit(
        'authorise',
        { chargerId, tokenUid },
        tokenUid.startsWith('BAD') ? { ...welcome, status: 'invalid' } : welcome
      ),
    start: (report) => {
      const key = JSON.stringify([
        report.chargerId,
        report.evseId,
        report.connectorId,
        report.tokenUid,
        report.at,
        report.meterStartWh
      ])
      const transactionId = byContent.get(key) ?? String(1000 + byContent.size)
      byContent.set(key, transactionId)
      return commit('start', report, { transactionId, authorisation: welcome })
    },
    stop: (report) => commit('stop', report, { authorisation: report.tokenUid === null ? null : welcome }),
    readings: (report) => commit('readings', report, undefined),
    notice: (chargerId, what, detail) => commit('notice', { chargerId, what, detail }, undefined),
    rejected: (chargerId, reason, sample) =>
      void said.push({ what: 'rejected', with: { chargerId, reason, sample } })
  }
  return intake
}

function judge(chargers: readonly Charger[], claim: Claim): Door {
  const charger = chargers.find(({ identity }) => identity === claim.identity)
  if (!charger) return { kind: 'unclaimed' }
  const { profile, password } = charger.security
  if (profile === 0) return { kind: 'welcome', chargerId: charger.id }
  if (profile === 3)
    return claim.certified === true
      ? { kind: 'welcome', chargerId: charger.id }
      : { kind: 'wrong-credentials' }
  if (profile === 2 && !claim.secure) return { kind: 'wrong-credentials' }
  const fits = claim.password !== null && Buffer.from(claim.password).toString() === password
  return fits ? { kind: 'welcome', chargerId: charger.id } : { kind: 'wrong-credentials' }
}
