import type { SectionBody } from '@nova/shared-protocol/messages'
import {
  sayMisfit,
  settleFallbacks,
  type Charger,
  type Settled,
  type SiteLimit,
  type Token,
  type Wiring
} from '@nova/shared-protocol/model'
import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'

/** The three who say what a site is: its file, the cloud, and people on the spot. */
export type Sources = {
  readonly wiring: Wiring // The file's: nobody else knows the fuses.
  readonly file: {
    readonly chargers: readonly Charger[]
    readonly tokens: readonly Token[]
    readonly tariff: { readonly plans: readonly Plan[]; readonly defaults: readonly TariffDefault[] }
  }
  readonly cloud: {
    readonly chargers: SectionBody<'chargers'>['chargers']
    readonly tokens: SectionBody<'tokens'>['tokens']
    readonly limits: SectionBody<'limits'>['limits']
    readonly tariffs: SectionBody<'tariffs'> | null
  }
  readonly local: {
    readonly chargers: ReadonlyMap<string, Charger | null> // null: deleted on the spot.
    readonly limits: readonly SiteLimit[]
  }
}

export type Wanted = {
  readonly chargers: readonly Charger[] // Each with the fallback that is in force.
  readonly fallbacks: readonly Settled[] // One for each of them: how its fallback came about.
  readonly tokens: { readonly file: readonly Token[]; readonly desired: readonly Token[] }
  readonly tariffs: {
    readonly plans: readonly Plan[]
    readonly defaults: readonly TariffDefault[]
    readonly signals?: readonly { readonly name: string; readonly value: string }[] | undefined
  }
  readonly limits: readonly SiteLimit[]
  /** As the cloud wants them, whoever else has a say. */
  readonly wished: readonly Charger[]
  /** Chargers that are not served, and why: a person has to look. */
  readonly leftOut: readonly LeftOut[]
}

export type LeftOut = { readonly chargerId: string; readonly because: string }

/**
 * For one id: people on the spot over the file, the file over the cloud. Limits all hold: the smallest wins.
 * Fallbacks always fit under the fuses: a stated one that does not is 0 A, and nobody else's is touched.
 */
export function merge({ wiring, file, cloud, local }: Sources): Wanted {
  const byId = new Map<string, Charger>()
  for (const charger of [...cloud.chargers, ...file.chargers]) byId.set(charger.id, charger)
  for (const [id, charger] of local.chargers) {
    if (charger === null) byId.delete(id)
    else byId.set(id, charger)
  }
  const here = new Set([...file.chargers.map(({ id }) => id), ...local.chargers.keys()])
  const owner = ownersOf([...byId.values()], here)
  const circuits = ['grid', ...wiring.circuits.map(({ id }) => id)]
  const judged = [...byId.values()].map((charger) => ({ charger, because: misfit(charger, owner, circuits) }))
  const served = judged.flatMap(({ charger, because }) => (because === undefined ? [charger] : []))
  const leftOut = judged.flatMap(({ charger: { id }, because }) =>
    because === undefined ? [] : [{ chargerId: id, because }]
  )
  return {
    ...settled(wiring, served, { here, leftOut }),
    wished: cloud.chargers,
    tokens: { file: file.tokens, desired: cloud.tokens },
    tariffs: tariffsOf(file.tariff, cloud.tariffs),
    limits: [...local.limits, ...cloud.limits]
  }
}

type Others = { readonly here: ReadonlySet<string>; readonly leftOut: readonly LeftOut[] }

/** What was wired here has its fallback before what the cloud adds; whose full power no fuse carries is left out. */
function settled(
  wiring: Wiring,
  served: readonly Charger[],
  { here, leftOut }: Others
): Pick<Wanted, 'chargers' | 'fallbacks' | 'leftOut'> {
  const inOrder = [...served.filter(({ id }) => here.has(id)), ...served.filter(({ id }) => !here.has(id))]
  const all = new Map(settleFallbacks(wiring, inOrder).map((each) => [each.chargerId, each]))
  const carried = served.flatMap((charger) => {
    const own = all.get(charger.id)
    return own && own.kind !== 'overload' ? [{ own, charger: { ...charger, fallbackA: own.fallbackA } }] : []
  })
  const overloads = [...all.values()].flatMap(({ kind, chargerId, misfit: over }) =>
    kind === 'overload' && over !== null
      ? [{ chargerId, because: `it is not managed and its full power does not fit: ${sayMisfit(over)}` }]
      : []
  )
  return {
    chargers: carried.map(({ charger }) => charger),
    fallbacks: carried.map(({ own }) => own),
    leftOut: [...leftOut, ...overloads]
  }
}

/** One identity, one charger: what was wired here keeps it. */
function ownersOf(chargers: readonly Charger[], here: ReadonlySet<string>): ReadonlyMap<string, string> {
  const owner = new Map<string, string>()
  for (const { id, identity } of [
    ...chargers.filter((charger) => here.has(charger.id)),
    ...chargers.filter((charger) => !here.has(charger.id))
  ]) {
    if (!owner.has(identity)) owner.set(identity, id)
  }
  return owner
}

/** Behind a fuse that nobody here knows a charger would be guided past it: better not served, and said so. */
function misfit(
  { id, identity, circuit }: Charger,
  owner: ReadonlyMap<string, string>,
  circuits: readonly string[]
): string | undefined {
  const holder = owner.get(identity)
  if (holder !== id) return `its identity ${identity} belongs to charger ${holder} here`
  if (circuit === undefined || circuits.includes(circuit)) return undefined
  return `its circuit ${circuit} is not in site.yaml (known: ${circuits.join(', ')})`
}

/** A plan of the file stands until the cloud has plans of its own. */
function tariffsOf(file: Sources['file']['tariff'], cloud: SectionBody<'tariffs'> | null): Wanted['tariffs'] {
  return cloud && cloud.plans.length > 0 ? cloud : file
}
