import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { openClient, type Client } from './client.ts'
import { Problem } from './problem.ts'

/** One audience = one sign-in, one cache: an operator's data never shows up on a driver's page. */
const ClientContext = createContext<Client | null>(null)

export function useClient(): Client {
  const client = useContext(ClientContext)
  if (!client) throw new Error('no audience around this component')
  return client
}

const browserClient = (audience: string): Client =>
  openClient({
    audience,
    base: '',
    fetch: (...parts) => fetch(...parts),
    shelf: localStorage,
    now: Date.now,
    // Without the Web Locks API (plain http from another machine) tabs may have to sign in again, nothing worse.
    alone: async (name, work) =>
      'locks' in navigator ? await navigator.locks.request(name, work) : await work(),
    newKey: newKey
  })

/** A fresh Idempotency-Key; `crypto.randomUUID` exists only on https and localhost. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const worthRetrying = (cause: unknown): boolean =>
  cause instanceof Problem && (cause.status === 0 || cause.status >= 500 || cause.status === 429)

const openCache = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 300_000,
        refetchOnWindowFocus: true,
        retry: (count, cause) => count < 2 && worthRetrying(cause)
      },
      mutations: { retry: false }
    }
  })

export function Audience({ name, children }: { name: string; children: ReactNode }): ReactNode {
  const [client] = useState(() => browserClient(name))
  const [cache] = useState(openCache)
  useEffect(() => {
    // Another tab signed in or out.
    const changed = () => cache.clear()
    return client.onChange(() => {
      if (client.tokens() === null) changed()
    })
  }, [client, cache])
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </ClientContext>
  )
}

/** The e-mail of who is signed in, or null; follows sign-in and sign-out. */
export function useSignedIn(): string | null {
  const client = useClient()
  return useSyncExternalStore(
    (listener) => {
      const off = client.onChange(listener)
      addEventListener('storage', listener)
      return () => {
        off()
        removeEventListener('storage', listener)
      }
    },
    () => client.tokens()?.email ?? null
  )
}
