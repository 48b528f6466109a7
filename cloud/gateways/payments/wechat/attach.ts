/** Behind the tenant in what we attach to a pay-score order: bills do not say which product a row is of. */
export const scoreMark = '|score'

/** The tenant in what was attached to an order. */
export const tenantIn = (attach: string): string =>
  attach.endsWith(scoreMark) ? attach.slice(0, 0 - scoreMark.length) : attach
