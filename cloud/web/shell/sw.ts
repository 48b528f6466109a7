/**
 * Keeps the shell (the page, its scripts, styles and icons) so that the app opens without a network. It never
 * touches the API: prices, states and money are always asked for, or honestly said to be out of reach.
 */
type Life = Event & { waitUntil(work: Promise<unknown>): void }
type Asked = Life & { readonly request: Request; respondWith(answer: Promise<Response>): void }
type Scope = { skipWaiting(): Promise<void>; readonly clients: { claim(): Promise<void> } }

const scope = self as unknown as Scope // The compiler sees a window; a service worker's own scope has these two.
const shelf = 'nova-shell-v1'
const page = '/driver'
const mostKept = 80 // Old builds leave hashed files behind; beyond this the oldest go.

addEventListener('install', (event) => (event as Life).waitUntil(fill()))
addEventListener('activate', (event) => (event as Life).waitUntil(takeOver()))
addEventListener('fetch', (event) => answer(event as Asked))

async function fill(): Promise<void> {
  const cache = await caches.open(shelf)
  await cache.addAll([page, '/manifest.webmanifest', '/icons/nova.svg'])
  await scope.skipWaiting()
}

async function takeOver(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== shelf).map(async (name) => await caches.delete(name)))
  await scope.clients.claim()
}

function answer(event: Asked): void {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith('/driver')) event.respondWith(freshPage(request))
  else if (/^\/(assets|icons)\//.test(url.pathname)) event.respondWith(keptAsset(request))
}

/** The page from the network when there is one, else the kept one. */
async function freshPage(request: Request): Promise<Response> {
  const cache = await caches.open(shelf)
  try {
    const fresh = await fetch(request)
    if (fresh.ok) await cache.put(page, fresh.clone())
    return fresh
  } catch (cause) {
    const kept = await cache.match(page)
    if (kept) return kept
    throw cause
  }
}

/** Assets carry a hash of their content in their name, so a kept one is the right one. */
async function keptAsset(request: Request): Promise<Response> {
  const cache = await caches.open(shelf)
  const kept = await cache.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) {
    await cache.put(request, fresh.clone())
    const old = (await cache.keys()).slice(0, -mostKept)
    await Promise.all(old.map(async (each) => await cache.delete(each)))
  }
  return fresh
}
