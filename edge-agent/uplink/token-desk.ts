import { subjects, TokenAnswer } from '@nova/shared-protocol/messages'
import { jsonOf } from './greeting.ts'
import { isForbidden, type Line } from './line.ts'
import type { Needs, TokenWord } from './needs.ts'

const answerMs = 2_000 // A charger waits 30 s for its answer; the person before it does not.
const quietMs = 15_000 // After a silence nobody else waits for one; hello finds a cloud that is gone within 30 s.
const mostAsked = 50 // Together; each charger asks one after the other.

/** Asks the cloud after tokens, each only once at a time. Never rejects, and settles within two seconds. */
export function openTokenDesk(
  needs: Pick<Needs, 'site' | 'clock' | 'count' | 'log'>
): (line: Line, uid: string) => Promise<TokenWord> {
  const asked = new Map<string, Promise<TokenWord>>()
  let quietUntilMs = -Infinity
  return (line, uid) => {
    const key = uid.toLowerCase()
    const same = asked.get(key)
    if (same) return same
    const now = needs.clock.monotonicMs()
    if (now < quietUntilMs || asked.size >= mostAsked) return Promise.resolve({ kind: 'silent' })
    const word = ask(needs, line, uid).then((heard) => {
      asked.delete(key)
      if (heard.kind === 'silent') quietUntilMs = needs.clock.monotonicMs() + quietMs
      return heard
    })
    asked.set(key, word)
    return word
  }
}

async function ask(
  { site, count, log }: Pick<Needs, 'site' | 'count' | 'log'>,
  line: Line,
  uid: string
): Promise<TokenWord> {
  try {
    const bytes = await line.request(subjects.token(site), JSON.stringify({ v: 1, site, uid }), answerMs)
    const { data } = TokenAnswer.safeParse(jsonOf(bytes))
    if (data?.site === site && data.uid === uid) return { kind: 'said', token: data.token }
    count('token_answer_refused')
  } catch (cause) {
    if (isForbidden(cause)) {
      log.warn(
        { once: 'token-forbidden' },
        'the credentials of this site are older than its questions: renew them'
      )
      return { kind: 'forbidden' }
    }
    log.info({ cause: String(cause) }, 'the cloud did not say what it knows of a token')
  }
  return { kind: 'silent' }
}
