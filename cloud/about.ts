import { z } from 'zod'
import type { Routes } from './http/index.ts'

const About = z.object({
  version: z.string(),
  profile: z.enum(['demo', 'none']),
  demo: z.object({ signIns: z.array(z.object({ email: z.string() })), password: z.string() }).nullable(),
  map: z.object({ styleUrl: z.string().nullable() })
})

export type AboutSettings = {
  readonly version: string
  readonly profile: 'demo' | 'none'
  readonly mapStyleUrl: string | null
  readonly demo: { readonly emails: readonly string[]; readonly password: string }
}

/** What the sign-in page and the map need to know before anybody has signed in; no secret but the demo's own. */
export const aboutRoutes =
  ({ version, profile, mapStyleUrl, demo }: AboutSettings): Routes =>
  (app) => {
    app.get(
      '/about',
      { config: { roles: 'anyone' }, schema: { summary: 'What this cloud is', response: { 200: About } } },
      async () => ({
        version,
        profile,
        demo:
          profile === 'demo'
            ? { signIns: demo.emails.map((email) => ({ email })), password: demo.password }
            : null,
        map: { styleUrl: mapStyleUrl }
      })
    )
  }
