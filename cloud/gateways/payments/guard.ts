import {
  refused,
  type Acted,
  type Held,
  type Order,
  type Provider,
  type Refund,
  type Taking
} from './port.ts'

/**
 * What arithmetic and the channel's own limits refuse, named alike for every provider and before anything is sent.
 * @returns undefined when it may be sent
 */
export const refusals = {
  authorise({ capabilities }: Provider, { currency, amountMinor }: Order): Acted | undefined {
    if (amountMinor <= 0) return refused('not-an-amount', `${amountMinor} cannot be held`)
    if (capabilities.currencies?.includes(currency) === false)
      return refused('currency-unsupported', `this channel does not take ${currency}`)
    return undefined
  },
  increase({ capabilities }: Provider, held: Held, totalMinor: number): Acted | undefined {
    if (!capabilities.increase) return refused('increase-unsupported', 'this channel cannot raise a hold')
    return totalMinor > held.amountMinor
      ? undefined
      : refused('not-an-increase', `${held.amountMinor} are held already`)
  },
  capture({ capabilities }: Provider, held: Held, { amountMinor, final }: Taking): Acted | undefined {
    const { capturedMinor } = held
    if (capturedMinor > 0 && !capabilities.multiCapture)
      return refused('hold-not-open', `${capturedMinor} were captured already`)
    if (!final && !capabilities.multiCapture)
      return refused('multi-capture-unsupported', 'this channel captures once')
    if (amountMinor <= 0) return refused('not-an-amount', `${amountMinor} cannot be captured`)
    const left = held.amountMinor - capturedMinor
    return amountMinor > left ? refused('exceeds-hold', `only ${left} are held`) : undefined
  },
  refund(
    { capabilities: { refundWindowMs } }: Provider,
    { held, refund, nowMs }: { held: Held; refund: Refund; nowMs: number }
  ): Acted | undefined {
    const left = held.capturedMinor - held.refundedMinor
    if (refund.amountMinor <= 0) return refused('not-an-amount', `${refund.amountMinor} cannot be refunded`)
    if (refund.amountMinor > left) return refused('exceeds-capture', `only ${left} can be refunded`)
    if (refundWindowMs !== null && nowMs - held.createdAtMs > refundWindowMs)
      return refused('refund-window-over', 'this channel gives no money back after so long')
    return undefined
  }
}

/** A provider whose impossible wishes end here, by name. */
export function guarded(provider: Provider, now: () => number): Provider {
  const { increase } = provider
  return {
    ...provider,
    authorise: async (key, order) => refusals.authorise(provider, order) ?? provider.authorise(key, order),
    ...(increase === undefined
      ? {}
      : {
          increase: async (key, held, totalMinor) =>
            refusals.increase(provider, held, totalMinor) ?? increase(key, held, totalMinor)
        }),
    capture: async (key, held, taking) =>
      refusals.capture(provider, held, taking) ?? provider.capture(key, held, taking),
    refund: async (key, held, refund) =>
      refusals.refund(provider, { held, refund, nowMs: now() }) ?? provider.refund(key, held, refund)
  }
}
