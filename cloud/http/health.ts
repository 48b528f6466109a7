import { z } from 'zod'
import type { NovaApp } from './who.ts'

export type Health = {
  /** Parts by name, true when they answer. */
  ready(): Promise<Readonly<Record<string, boolean>>>
  metrics(): Promise<{ readonly type: string; readonly text: string }>
}

/** `/healthz`: the process runs. `/readyz`: its parts answer. `/metrics`: Prometheus. */
export function addHealth(app: NovaApp, health: Health): void {
  const config = { roles: 'anyone' as const, rateLimit: false as const }
  app.get(
    '/healthz',
    { config, schema: { hide: true, response: { 200: z.object({ status: z.literal('ok') }) } } },
    async () => ({
      status: 'ok' as const
    })
  )
  app.get('/readyz', { config, schema: { hide: true } }, async (_, reply) => {
    const parts = await health.ready()
    const well = Object.values(parts).every(Boolean)
    return reply.code(well ? 200 : 503).send({ status: well ? 'ready' : 'not-ready', parts })
  })
  app.get('/metrics', { config, schema: { hide: true } }, async (_, reply) => {
    const { type, text } = await health.metrics()
    return reply.type(type).send(text)
  })
}
