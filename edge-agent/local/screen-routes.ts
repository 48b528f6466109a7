import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'

/** The installer's screen: a handful of files, read once, served from memory; no other path leads to the disk. */
export type ScreenFile = { readonly path: string; readonly type: string; readonly body: Buffer }

const files = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/screen/screen.css', 'screen.css', 'text/css; charset=utf-8'],
  ['/screen/main.js', 'main.js', 'text/javascript; charset=utf-8'],
  ['/screen/words.js', 'words.js', 'text/javascript; charset=utf-8'],
  ['/screen/reasons.js', 'reasons.js', 'text/javascript; charset=utf-8'],
  ['/screen/api.js', 'api.js', 'text/javascript; charset=utf-8'],
  ['/screen/parts.js', 'parts.js', 'text/javascript; charset=utf-8'],
  ['/screen/limits.js', 'limits.js', 'text/javascript; charset=utf-8'],
  ['/screen/devices.js', 'devices.js', 'text/javascript; charset=utf-8'],
  ['/screen/panels.js', 'panels.js', 'text/javascript; charset=utf-8'],
  ['/screen/icon.svg', 'icon.svg', 'image/svg+xml']
] as const

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache'
}

export async function readScreen(): Promise<readonly ScreenFile[]> {
  return Promise.all(
    files.map(async ([path, name, type]) => ({
      path,
      type,
      body: await readFile(new URL(`screen/${name}`, import.meta.url))
    }))
  )
}

export function screenRoutes(app: FastifyInstance, screen: readonly ScreenFile[]): void {
  for (const { path, type, body } of screen) {
    app.get(path, async (_request, reply) => {
      await reply.headers(headers).type(type).send(body)
    })
  }
}
