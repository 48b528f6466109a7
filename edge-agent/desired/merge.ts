import type { SectionBody } from '@nova/shared-protocol/messages'
import type { Charger, SiteLimit, Token } from '@nova/shared-protocol/model'
import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'

/** The three who say what a site is: its file, the cloud, and people on the spot. */
export type Sources = {
  readonly circuits: readonly string[] // Those of the file, and `grid`.
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
  readonly chargers: readonly Charger[]
  readonly tokens: { readonly file: readonly Token[]; readonly desired: readonly Token[] }
  readonly tariffs: { readonly plans: readonly Plan[]; readonly defaults: readonly TariffDefault[] }
  readonly limits: readonly SiteLimit[]
  /** Chargers that are not served, and why: a person has to look. */
  readonly leftOut: readonly LeftOut[]
}

export type LeftOut = { readonly chargerId: string; readonly because: string }

/** For one id: people on the spot over the file, the file over the cloud. Limits all hold: the smallest wins. */
export function merge({ circuits, file, cloud, local }: Sources): Wanted {
  const byId = new Map<string, Charger>()
  for (const charger of [...cloud.chargers, ...file.chargers]) byId.set(charger.id, charger)
  for (const [id, charger] of local.chargers) {
    if (charger === null) byId.delete(id)
    else byId.set(id, charger)
  }
  const here = new Set([...file.chargers.map(({ id }) => id), ...local.chargers.keys()])
  const owner = ownersOf([...byId.values()], here)
  const judged = [...byId.values()].map((charger) => ({ charger, because: misfit(charger, owner, circuits) }))
  return {
    chargers: judged.flatMap(({ charger, because }) => (because === undefined ? [charger] : [])),
    leftOut: judged.flatMap(({ charger: { id }, because }) =>
      because === undefined ? [] : [{ chargerId: id, because }]
    ),
    tokens: { file: file.tokens, desired: cloud.tokens },
    tariffs: tariffsOf(file.tariff, cloud.tariffs),
    limits: [...local.limits, ...cloud.limits]
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
