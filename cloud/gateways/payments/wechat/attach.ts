/**
 * Behind the tenant in what we attach to a pay-score order: bills do not say which product a row is of. Of characters that
 * percent-encoding leaves alone, since pay-score wants `attach` encoded; a tenant has no dot in its name.
 */
export const scoreMark = '.score'

/** What was attached to an order: whose it is, and of which product; null: nothing was, or it is not ours. */
export function readAttach(attach: string): { readonly tenant: string; readonly isScore: boolean } | null {
  const [, tenant, mark] = /^([A-Za-z0-9_-]{1,48})(\.score)?$/.exec(attach) ?? []
  return tenant === undefined ? null : { tenant, isScore: mark !== undefined }
}
