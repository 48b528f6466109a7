import { compareBalance, compareMeter, type Metered, type SiteBalance } from './meters.ts'
import { compareMoney, type Break, type Line, type Movement } from './model.ts'

/** The three books of a date. Movements and lines reach a day further on either side. */
export type Books = {
  readonly date: string
  readonly movements: readonly Movement[]
  readonly lines: readonly Line[]
  readonly sessions: readonly Metered[]
  readonly sites: readonly SiteBalance[]
}

export type Total = {
  readonly provider: string
  readonly currency: string
  readonly oursMinor: number
  readonly theirsMinor: number
}
export type Reconciled = {
  readonly breaks: readonly Break[]
  readonly matched: number
  readonly sessions: number
  readonly totals: readonly Total[]
}

/** Orders ↔ statements ↔ meters of one date. Pure: the same books give the same breaks with the same keys. */
export function reconcile({ date, movements, lines, sessions, sites }: Books): Reconciled {
  const money = compareMoney(date, movements, lines)
  const meter = sessions.flatMap((session) => compareMeter(session) ?? [])
  const balance = sites.flatMap((site) => compareBalance(site, date) ?? [])
  return {
    breaks: [...money.breaks, ...meter, ...balance],
    matched: money.matched,
    sessions: sessions.length,
    totals: totalsOf(date, movements, lines)
  }
}

function totalsOf(date: string, movements: readonly Movement[], lines: readonly Line[]): Total[] {
  const moved = movements.filter(({ state, day }) => state === 'moved' && day === date)
  const booked = lines.filter(({ day }) => day === date)
  const keys = new Map([...moved, ...booked].map((each) => [`${each.provider}/${each.currency}`, each]))
  return [...keys.values()]
    .map(({ provider, currency }) => {
      const its = (each: Movement | Line): boolean => each.provider === provider && each.currency === currency
      return {
        provider,
        currency,
        oursMinor: sumOf(moved.filter(its)),
        theirsMinor: sumOf(booked.filter(its))
      }
    })
    .toSorted((left, right) =>
      `${left.provider}${left.currency}` < `${right.provider}${right.currency}` ? -1 : 1
    )
}

const sumOf = (each: readonly (Movement | Line)[]): number =>
  each.reduce((sum, { kind, amountMinor }) => sum + (kind === 'refund' ? 0 - amountMinor : amountMinor), 0)
