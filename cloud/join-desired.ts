import { ChargersChanged, kinds as fleetKinds } from './contexts/fleet/events.ts'
import type { Fleet } from './contexts/fleet/index.ts'
import { kinds as siteKinds, SiteEvent } from './contexts/sites/events.ts'
import type { Sources, Trigger } from './contexts/sites/index.ts'
export { groupsNow } from './contexts/tariffs/index.ts'
import { groupsChanged, tariffsChanged, TariffsChanged } from './contexts/tariffs/events.ts'
import type { Money } from './join-money.ts'

export type Mint = (siteId: string) => Promise<{ text: string; userKey: string }>

/** Which context fills which section of the desired state, and which event says that it changed. */
export function desiredSources(
  fleet: Fleet,
  money: Money
): { sources: Omit<Sources, 'limits'>; triggers: readonly Trigger[] } {
  return {
    sources: {
      chargers: fleet.sections.chargers,
      tokens: fleet.sections.tokens,
      tariffs: money.tariffsSection
    },
    triggers: [
      {
        kind: fleetKinds.chargersChanged,
        section: 'chargers',
        siteOf: (body) => ChargersChanged.parse(body).siteId
      },
      { kind: fleetKinds.tokensChanged, section: 'tokens', siteOf: () => 'all' },
      { kind: groupsChanged, section: 'tokens', siteOf: () => 'all' },
      { kind: tariffsChanged, section: 'tariffs', siteOf: (body) => TariffsChanged.parse(body).siteId },
      { kind: siteKinds.siteCreated, section: 'tokens', siteOf: (body) => SiteEvent.parse(body).siteId }
    ]
  }
}
