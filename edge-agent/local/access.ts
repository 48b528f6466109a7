import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

const firstDelayMs = 250 // A slip of the finger is hardly felt.
const longestDelayMs = 4_000 // A guesser gets a few hundred tries an hour for each address.
const forgetMs = 60_000
const mostAddresses = 1_000 // Memory of wrong tries is bounded; the oldest is forgotten first.
const mostWaiting = 50 // Beyond it refusals are immediate: waiting must not become the attack.

/** Lets in who carries the token; every wrong try of an address costs it twice the time of the one before. */
export function openAccess(token: string, now: () => number): (request: FastifyRequest) => Promise<void> {
  const wanted = digest(token)
  const wrong = new Map<string, { tries: number; at: number }>()
  let waiting = 0

  const refuse = async (address: string, detail: string) => {
    const before = wrong.get(address)
    const tries = before && now() - before.at < forgetMs ? before.tries + 1 : 1
    wrong.delete(address)
    wrong.set(address, { tries, at: now() })
    const oldest = wrong.keys().next().value
    if (wrong.size > mostAddresses && oldest !== undefined) wrong.delete(oldest)
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (tries - 1))
    if (waiting >= mostWaiting) {
      throw new Problem(429, 'too-many-wrong-tokens', 'too many wrong tokens', { 'retry-after': '5' })
    }
    waiting++
    await wait(delayMs).finally(() => waiting--)
    throw new Problem(401, 'token-wrong', detail, { 'www-authenticate': 'Bearer realm="edge"' })
  }

  return async (request) => {
    const said = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (said === undefined) {
      throw new Problem(401, 'token-missing', 'send the token of site.yaml as Authorization: Bearer …', {
        'www-authenticate': 'Bearer realm="edge"'
      })
    }
    if (!timingSafeEqual(digest(said), wanted)) await refuse(request.ip, 'this is not the token of site.yaml')
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
