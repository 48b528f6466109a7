import { z } from 'zod'

/** Kinds in the event log; the key of each is the site. */
export const kinds = {
  siteCreated: 'sites.site-created.v1',
  siteChanged: 'sites.site-changed.v1',
  limitsChanged: 'sites.limits-changed.v1'
} as const

/** Body of all three: what changed is read where it is kept. */
export const SiteEvent = z.object({ siteId: z.string() })
export type SiteEvent = z.infer<typeof SiteEvent>
