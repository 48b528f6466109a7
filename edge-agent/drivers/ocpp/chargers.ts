import type { ChargerDriver } from '../contract.ts'
import type { Findings } from './findings/finding.ts'
import { probe } from './findings/probe.ts'
import { readBack } from './findings/read-back.ts'
import type { Links } from './link/links.ts'
import type { OcppNeeds } from './needs.ts'
import { keepList } from './lists/keep-list.ts'
import { notConnected } from './orders/deed.ts'
import { perform } from './orders/perform.ts'
import { fallback, setPoint } from './orders/set-point.ts'
import { knownQuirks } from './quirks/index.ts'
import type { Validators } from './schemas/validators.ts'

type Rooms = { readonly links: Links; readonly validators: Validators; readonly findings: Findings }

type Link = NonNullable<ReturnType<Links['find']>>

/** What can be asked of chargers: each finds its line, or says that there is none. */
export function ordersOf(needs: OcppNeeds, { links, validators, findings }: Rooms) {
  const { settings, limits, clock } = needs
  const now = () => clock.now()
  const order = { validators, voltageV: settings.voltageV, askMs: limits.askMs, now, log: needs.log }
  const power = { voltageV: settings.voltageV, setPointMs: limits.setPointMs, now }
  const looking = { ...power, setPointMs: limits.lookMs }
  const probing = {
    ...looking,
    memory: needs.capabilities,
    quirks: knownQuirks,
    instant: () => new Date(now()).toISOString()
  }
  const listing = { memory: needs.lists, patienceMs: limits.listMs }
  /** On the charger's line, or nothing done. */
  const on = async <Done>(chargerId: string, act: (link: Link) => Promise<Done>) => {
    const link = links.find(chargerId)
    return link ? act(link) : notConnected
  }
  return {
    protocols: ['ocpp1.6'],
    isConnected: (chargerId) => links.find(chargerId) !== undefined,
    perform: (chargerId, wanted, signal, traceId) =>
      on(chargerId, (link) => perform(order, link, wanted, { signal, traceId })),
    setPoint: (point, signal) => on(point.chargerId, (link) => setPoint(power, link, point, signal)),
    fallback: (wanted, signal) => on(wanted.chargerId, (link) => fallback(power, link, wanted, signal)),
    readBack: (chargerId, signal) => on(chargerId, (link) => readBack(looking, link, signal)),
    keepList: (chargerId, list, signal) => on(chargerId, (link) => keepList(listing, link, list, signal)),
    async probe(chargerId, signal) {
      const link = links.find(chargerId)
      return link ? probe(probing, link, signal) : null
    },
    capabilities: (chargerId) => findings.of(chargerId).can
  } satisfies Omit<ChargerDriver, 'drop' | 'close'>
}
