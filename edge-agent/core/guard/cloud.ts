/** Whether the fail-safe for a silent cloud stands, and since when. */
export type CloudWatch = { readonly failsafe: boolean; readonly sinceMs: number }

export type CloudLook = {
  /** null: the site runs without a cloud, so its silence means nothing. */
  readonly contact: { readonly heardAtMs: number | null; readonly limitsHeardAtMs: number | null } | null
  readonly silentMs: number
  readonly nowMs: number
}

export const freshCloud = (nowMs: number): CloudWatch => ({ failsafe: false, sinceMs: nowMs })

/**
 * Begins when the cloud was silent too long, and at a cold start before it was ever heard. Being heard again
 * does not end it: only the cloud's word on which limits hold, heard after the fail-safe began, does.
 */
export function watchCloud(watch: CloudWatch, { contact, silentMs, nowMs }: CloudLook): CloudWatch {
  if (contact === null) return watch.failsafe ? { failsafe: false, sinceMs: nowMs } : watch
  const silent = contact.heardAtMs === null || nowMs - contact.heardAtMs >= silentMs
  if (silent) return watch.failsafe ? watch : { failsafe: true, sinceMs: nowMs }
  if (!watch.failsafe) return watch
  const told = contact.limitsHeardAtMs !== null && contact.limitsHeardAtMs >= watch.sinceMs
  return told ? { failsafe: false, sinceMs: nowMs } : watch
}
