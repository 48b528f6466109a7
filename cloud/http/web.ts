import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { NovaApp } from './who.ts'

/**
 * The built screens. Unknown paths outside the API are pages of the single-page application.
 * @returns the answer for a path that no route knows, or undefined when it is not the web's
 */
export async function addWeb(app: NovaApp, folder: string) {
  const index = path.join(folder, 'index.html')
  if (existsSync(folder)) {
    await app.register(fastifyStatic, {
      root: folder,
      index: 'index.html',
      wildcard: true,
      cacheControl: false,
      setHeaders: (response, file) => {
        const forever = file.includes(`${path.sep}assets${path.sep}`) // Their names carry the hash of their content.
        response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
      }
    })
  }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    if (!isPage(request)) return false
    const page = await readFile(index, 'utf8').catch(() => notBuilt)
    reply.removeHeader('content-type')
    await reply
      .code(page === notBuilt ? 503 : 200)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page)
    return true
  }
}

/** What programs ask, partners' standards among them: an address that is not served is 404 there, never a page. */
const forPrograms = /^\/(api|metrics|healthz|readyz|assets|gateways|ocpi|openadr3|evcs)(\/|$)/

function isPage(request: FastifyRequest): boolean {
  const [pathname = ''] = request.url.split('?')
  return request.method === 'GET' && !forPrograms.test(pathname) && path.extname(pathname) === ''
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Nova-X</title>
<body><h1>The screens are not built yet</h1><p>Run <code>npm start</code>, which builds them, or
<code>npm run build --workspace cloud/web</code>; then start the cloud again. The API is at
<a href="/api/docs">/api/docs</a>.</p></body></html>`
