/*
 * Keeps the shell (the page, its scripts, styles and icons) so that the app opens without a network. It never
 * touches the API: prices, states and money are always asked for, or honestly said to be out of reach.
 */
const shelf = 'nova-shell-v1'
const page = '/driver'
const mostKept = 80 // Old builds leave hashed files behind; beyond this the oldest go.

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(shelf)
      .then((cache) => cache.addAll([page, '/manifest.webmanifest', '/icons/nova.svg']))
      .then(() => self.skipWaiting())
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== shelf).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith('/driver')) event.respondWith(freshPage(request))
  else if (/^\/(assets|icons)\//.test(url.pathname)) event.respondWith(keptAsset(request))
})

/** The page from the network when there is one, else the kept one. */
async function freshPage(request) {
  const cache = await caches.open(shelf)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(page, answer.clone())
    return answer
  } catch (cause) {
    const kept = await cache.match(page)
    if (kept) return kept
    throw cause
  }
}

/** Assets carry a hash of their content in their name, so a kept one is the right one. */
async function keptAsset(request) {
  const cache = await caches.open(shelf)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    const names = await cache.keys()
    if (names.length > mostKept) await Promise.all(names.slice(0, names.length - mostKept).map((name) => cache.delete(name)))
  }
  return answer
}
