import type { Money } from '../../kit/text.ts'

type Session = {
  readonly startedAt: string | null
  readonly status: string
  readonly energyWh: number | null
  readonly cost: Money | null
}
export type Today = {
  readonly running: number
  readonly energyWh: number
  readonly revenue: Money
  readonly provisional: boolean // Sessions still run: both will grow.
}

const dayOf = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at)

/** What the sessions that began today, on the site's calendar, have come to so far; other currencies are left out. */
export function todayOf(
  sessions: readonly Session[],
  { zone, currency, now }: { readonly zone: string; readonly currency: string; readonly now: number }
): Today {
  const today = dayOf(now, zone)
  const begun = sessions.filter(
    ({ startedAt }) => startedAt !== null && dayOf(Date.parse(startedAt), zone) === today
  )
  const isRunning = ({ status }: Session) => status === 'started' || status === 'suspended'
  return {
    running: sessions.filter(isRunning).length,
    energyWh: begun.reduce((sum, { energyWh }) => sum + (energyWh ?? 0), 0),
    revenue: {
      currency,
      amountMinor: begun.reduce(
        (sum, { cost }) => sum + (cost?.currency === currency ? cost.amountMinor : 0),
        0
      )
    },
    provisional: begun.some(isRunning)
  }
}
