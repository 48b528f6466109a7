import type { ChargerDriver } from '../contract.ts'
import type { Findings } from './findings/finding.ts'
import { probe } from './findings/probe.ts'
import { readBack } from './findings/read-back.ts'
import type { Links } from './link/links.ts'
import type { OcppNeeds } from './needs.ts'
import { notConnected } from './orders/deed.ts'
import { perform } from './orders/perform.ts'
import { fallback, setPoint } from './orders/set-point.ts'
import { knownQuirks } from './quirks/index.ts'
import type { Validators } from './schemas/validators.ts'

type Rooms = { readonly links: Links; readonly validators: Validators; readonly findings: Findings }

/** What can be asked of chargers: each finds its line, or says that there is none. */
export function ordersOf(needs: OcppNeeds, { links, validators, findings }: Rooms) {
  const { settings, limits, clock } = needs
  const now = () => clock.now()
  const order = { validators, voltageV: settings.voltageV, askMs: limits.askMs, now }
  const power = { voltageV: settings.voltageV, setPointMs: limits.setPointMs, now }
  const looking = { ...power, setPointMs: limits.lookMs }
  const probing = {
    ...looking,
    memory: needs.capabilities,
    quirks: knownQuirks,
    instant: () => new Date(now()).toISOString()
  }
  return {
    protocols: ['ocpp1.6'],
    isConnected: (chargerId) => links.find(chargerId) !== undefined,
    async perform(chargerId, wanted, signal) {
      const link = links.find(chargerId)
      return link ? perform(order, link, wanted, signal) : notConnected
    },
    async setPoint(point, signal) {
      const link = links.find(point.chargerId)
      return link ? setPoint(power, link, point, signal) : notConnected
    },
    async fallback(wanted, signal) {
      const link = links.find(wanted.chargerId)
      return link ? fallback(power, link, wanted, signal) : notConnected
    },
    async readBack(chargerId, signal) {
      const link = links.find(chargerId)
      return link ? readBack(looking, link, signal) : notConnected
    },
    async probe(chargerId, signal) {
      const link = links.find(chargerId)
      return link ? probe(probing, link, signal) : null
    },
    capabilities: (chargerId) => findings.of(chargerId).can
  } satisfies Omit<ChargerDriver, 'drop' | 'close'>
}
