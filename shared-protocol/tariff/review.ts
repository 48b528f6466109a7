import { epochMsOf, money } from '../units/index.ts'
import type { RatedSession } from './bill.ts'
import { judgeReadings, type Judged } from './judge.ts'
import type { MeteredSession } from './session.ts'

/** Orders and judges a session's readings between its begin and its end. */
export function judgeSession({
  readings,
  startedAt,
  endedAt,
  isOver,
  meter,
  reservation
}: MeteredSession): Judged {
  // A reservation that nobody came for has no readings, and needs none.
  const isExpired = reservation?.outcome === 'expired' && readings.length === 0
  const window = {
    from: startedAt ? epochMsOf(startedAt) : Number.NEGATIVE_INFINITY,
    until: endedAt ? epochMsOf(endedAt) : Number.POSITIVE_INFINITY,
    isOver: !isExpired && (isOver ?? Boolean(endedAt))
  }
  return judgeReadings(readings, window, meter ?? {})
}

/** A session that is not billed, with the reasons. */
export function reviewed(
  { currency }: { readonly currency: string },
  { review, notes }: Judged
): RatedSession {
  const nothing = money(currency, 0)
  return {
    lines: [],
    total: nothing,
    net: nothing,
    tax: nothing,
    taxes: [],
    billed: {},
    priceMissingAt: [],
    exact: { excl: '0', incl: '0' },
    energyWh: '0',
    review,
    notes
  }
}
