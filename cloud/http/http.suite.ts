import { pino } from 'pino'
import type { Test } from 'tap'
import { openHttp, type HttpNeeds, type Routes } from './index.ts'

type Needs = Pick<HttpNeeds, 'authenticate' | 'idempotency'>

const nobody: Needs = {
  authenticate: async () => undefined,
  idempotency: {
    begin: async () => ({ kind: 'new' }),
    answered: async () => undefined,
    release: async () => undefined
  }
}

/** A server with these routes alone, closed when the test is over; without `needs` it knows nobody and keeps no key. */
export async function openRoutes(t: Test, routes: Routes, needs: Partial<Needs> = {}) {
  const http = await openHttp(
    {
      log: pino({ level: 'silent' }),
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      topics: {},
      requestsPerMinute: 10_000,
      trustedProxies: []
    },
    {
      ...nobody,
      ...needs,
      health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
      onAnswered: () => undefined
    },
    [routes]
  )
  t.teardown(async () => http.close())
  return http
}
