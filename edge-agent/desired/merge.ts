import type { SectionBody } from '@nova/shared-protocol/messages'
import type { Charger, SiteLimit, Token } from '@nova/shared-protocol/model'
import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'

/** The three who say what a site is: its file, the cloud, and people on the spot. */
export type Sources = {
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
  /** Chargers of the cloud left out because their identity belongs to another here. */
  readonly clashes: readonly string[]
}

/** For one id: people on the spot over the file, the file over the cloud. Limits all hold: the smallest wins. */
export function merge({ file, cloud, local }: Sources): Wanted {
  const byId = new Map<string, Charger>()
  for (const charger of [...cloud.chargers, ...file.chargers]) byId.set(charger.id, charger)
  for (const [id, charger] of local.chargers) {
    if (charger === null) byId.delete(id)
    else byId.set(id, charger)
  }
  const here = new Set([...file.chargers.map(({ id }) => id), ...local.chargers.keys()])
  const { kept, clashes } = withoutClashes([...byId.values()], here)
  return {
    chargers: kept,
    clashes,
    tokens: { file: file.tokens, desired: cloud.tokens },
    tariffs: tariffsOf(file.tariff, cloud.tariffs),
    limits: [...local.limits, ...cloud.limits]
  }
}

/** One identity, one charger: what is wired here keeps it. */
function withoutClashes(chargers: readonly Charger[], here: ReadonlySet<string>) {
  const owner = new Map<string, string>()
  for (const { id, identity } of [...chargers].sort((one, two) => rank(two, here) - rank(one, here))) {
    if (!owner.has(identity)) owner.set(identity, id)
  }
  const fits = (charger: Charger) => owner.get(charger.identity) === charger.id
  return {
    kept: chargers.filter(fits),
    clashes: chargers.filter((charger) => !fits(charger)).map((charger) => charger.id)
  }
}

const rank = (charger: Charger, here: ReadonlySet<string>): number => (here.has(charger.id) ? 1 : 0)

/** A plan of the file stands until the cloud has plans of its own. */
function tariffsOf(file: Sources['file']['tariff'], cloud: SectionBody<'tariffs'> | null): Wanted['tariffs'] {
  return cloud && cloud.plans.length > 0 ? cloud : file
}
