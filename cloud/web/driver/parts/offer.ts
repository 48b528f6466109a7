import type { Prices } from '../../kit/prices.ts'

type Assignment = { readonly siteId: string; readonly connector: string | null; readonly fallback: boolean }
export type Tariff = Prices & {
  readonly id: string
  readonly version: number
  readonly priority: number
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly assignments: readonly Assignment[]
}

/**
 * The tariff a start on this connector would be billed by, chosen as the edge chooses it: the connector's own,
 * else the site's by priority, else the site's fallback; only those valid now.
 */
export function offerOf<Each extends Tariff>(
  tariffs: readonly Each[],
  {
    siteId,
    connector,
    now
  }: { readonly siteId: string; readonly connector: string | null; readonly now: number }
): Each | undefined {
  const valid = tariffs.filter(
    ({ validFrom, validUntil }) =>
      (validFrom === null || Date.parse(validFrom) <= now) &&
      (validUntil === null || now < Date.parse(validUntil))
  )
  const best = (fits: (assignment: Assignment) => boolean) =>
    valid
      .filter(({ assignments }) => assignments.some((each) => each.siteId === siteId && fits(each)))
      .toSorted(
        (a, b) =>
          b.priority - a.priority ||
          Date.parse(b.validFrom ?? '1970-01-01') - Date.parse(a.validFrom ?? '1970-01-01')
      )[0]
  return (
    best((each) => !each.fallback && connector !== null && each.connector === connector) ??
    best((each) => !each.fallback && each.connector === null) ??
    best((each) => each.fallback)
  )
}
