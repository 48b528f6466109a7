import { phasesOf, sayMisfit, type Charger } from '@nova/shared-protocol/model'
import type { PowerSite } from '../control-loop/index.ts'
import type { SiteStateNeeds, Wanted } from '../desired/index.ts'
import type { IntakeConfig } from '../intake/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Ground, Rooms } from './rooms.ts'

/** What the power part has to know of the site, with the chargers that are wanted now. */
type Wiring = Pick<PowerSite, 'grid' | 'circuits' | 'failsafe'> & {
  readonly site: { readonly timeZone: string }
  readonly power?: Pick<Settings['power'], 'strategy'> & Partial<Pick<Settings['power'], 'sun'>>
  readonly participants?: Settings['participants']
}

export const powerSiteOf = (
  settings: Wiring,
  chargers: readonly Charger[],
  automatic: ReadonlySet<string> = new Set()
): PowerSite => ({
  automatic,
  grid: settings.grid,
  circuits: settings.circuits,
  chargers,
  failsafe: settings.failsafe,
  timeZone: settings.site.timeZone,
  strategy: settings.power?.strategy,
  followsSun: (settings.power?.sun ?? 'force') !== 'force',
  ...feedInOf(settings)
})

/** What PV and batteries can feed in at most, each evenly on its phases. */
function feedInOf({ participants = [], grid }: Wiring): Pick<PowerSite, 'feedsIn' | 'feedInMilliA'> {
  if (participants.length === 0) return {}
  const most: [number, number, number] = [0, 0, 0]
  for (const { participant } of participants) {
    const phases = phasesOf(participant.phaseRotation)
    for (const phase of phases)
      most[phase] += Math.ceil((-participant.rating.leastW * 1000) / (phases.length * grid.voltageV))
  }
  return { feedsIn: true, feedInMilliA: most }
}

export const intakeConfigOf = (settings: Settings, wanted: Wanted): IntakeConfig => ({
  chargers: wanted.chargers,
  wished: wanted.wished,
  tokens: wanted.tokens,
  tariffs: wanted.tariffs,
  offline: settings.offline,
  concurrent: 'refuse',
  currency: settings.site.currency,
  timeZone: settings.site.timeZone
})

export function siteStateNeeds(ground: Ground, changed: SiteStateNeeds['changed']): SiteStateNeeds {
  const { settings, store, clock } = ground
  return {
    wiring: settings,
    file: settings,
    commit: (write) => store.commit(write),
    sections: store.desired,
    limits: store.limits,
    tokens: store.tokens,
    meta: store.meta,
    audit: (actor, act, subject, detail) => {
      const at = clock.instant()
      const fact = {
        kind: 'audit.noted.v1',
        at,
        actor,
        act: act.slice(0, 100),
        subject,
        detail: detail.slice(0, 500)
      }
      store.outbox.append('facts', `audit:${at}:${crypto.randomUUID()}`, JSON.stringify(fact))
    },
    changed
  }
}

/**
 * Chargers that are gone or new, or whose identity, protocol or credentials changed: their connection ends. A new
 * one may have knocked before it was configured, and shall knock again as what it is now.
 */
export function strangersAmong(before: readonly Charger[], after: readonly Charger[]): string[] {
  const door = ({ identity, protocol, security, registration }: Charger) =>
    JSON.stringify([identity, protocol, security, registration])
  const now = new Map(after.map((charger) => [charger.id, door(charger)]))
  const known = new Set(before.map(({ id }) => id))
  const changed = before.filter((charger) => now.get(charger.id) !== door(charger))
  return [...changed, ...after.filter(({ id }) => !known.has(id))].map(({ id }) => id)
}

/** The site for the control loop: another object whenever the chargers changed, the same one otherwise. */
export function powerSiteKeeper({
  settings,
  intake,
  state
}: Pick<Rooms, 'settings' | 'intake' | 'state'>): () => PowerSite {
  const automatic = () =>
    new Set(
      state
        .wanted()
        .fallbacks.filter(({ kind }) => kind === 'automatic' || kind === 'waits')
        .map(({ chargerId }) => chargerId)
    )
  let chargers = intake.chargers()
  let site = powerSiteOf(settings, chargers, automatic())
  return () => {
    if (intake.chargers() !== chargers) {
      chargers = intake.chargers()
      site = powerSiteOf(settings, chargers, automatic())
    }
    return site
  }
}

/** Makes a changed wish true everywhere: intake first, then the wires, then power. */
export function makeTrue(rooms: Rooms, wanted: Wanted): void {
  const before = rooms.intake.chargers()
  rooms.intake.reload(intakeConfigOf(rooms.settings, wanted))
  for (const chargerId of strangersAmong(before, wanted.chargers)) {
    rooms.driver?.drop(chargerId, 'its configuration changed')
  }
  tellMisfits(rooms, wanted)
  rooms.loop?.wake()
}

type Misfits = Pick<Wanted, 'leftOut' | 'fallbacks'>
const code = 'message-rejected'

/** An alarm for each charger that cannot be served, or not with the fallback that it states, until it can. */
export function tellMisfits({ intake }: Pick<Rooms, 'intake'>, wanted: Misfits): void {
  const told = [...notServed(wanted), ...withoutFallback(wanted)]
  for (const alarm of told) intake.alarms.raise({ code, severity: 'warning', ...alarm })
  const still = new Set(told.map(({ subject }) => subject))
  for (const alarm of intake.alarms.open()) {
    if (alarm.code === code && alarm.subject.startsWith('charger:') && !still.has(alarm.subject)) {
      intake.alarms.clear(code, alarm.subject)
    }
  }
}

const notServed = ({ leftOut }: Misfits) =>
  leftOut.map(({ chargerId, because }) => ({
    subject: `charger:${chargerId}`,
    detail: `Charger ${chargerId} is wanted but not served: ${because}.`,
    advice: 'Correct the charger, or the wiring in site.yaml; nothing else waits for it.'
  }))

const withoutFallback = ({ fallbacks }: Misfits) =>
  fallbacks.flatMap(({ chargerId, kind, misfit }) =>
    kind === 'refused' && misfit !== null
      ? [
          {
            subject: `charger:${chargerId}`,
            detail: `The fallback of charger ${chargerId} is 0 A, not as stated: ${sayMisfit(misfit)}.`,
            advice: 'Lower its fallbackA, leave it out, or free current on that fuse; the charger is served.'
          }
        ]
      : []
  )
