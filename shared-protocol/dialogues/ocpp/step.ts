import { hearAnswered, hearCall, hearMalformed, resumeWhenDue } from './inbound.ts'
import { hearAnswer, hearClosed, hearWish, hearWithdrawal, overdue } from './outbound.ts'
import type { Frame } from '../../codecs/ocpp/index.ts'
import type { Do, Heard, Step, Talk } from './talk.ts'

/** One step of the conversation: what was heard at `now` (any monotonic milliseconds) and what follows. */
export function step(talk: Talk, heard: Heard, now: number): Step {
  switch (heard.kind) {
    case 'frame':
      return hearFrame({ ...talk, heardAt: now, pingedAt: null }, heard.frame, now)
    case 'answered':
      return hearAnswered(talk, now)
    case 'wish':
      return hearWish(talk, heard.wish, now)
    case 'withdraw':
      return hearWithdrawal(talk, heard.token)
    case 'alive':
      return [{ ...talk, heardAt: now, pingedAt: null }, []]
    case 'tick':
      return tick(talk, now)
    case 'closed':
      return hearClosed(talk, now)
  }
}

function hearFrame(talk: Talk, frame: Frame, now: number): Step {
  switch (frame.kind) {
    case 'call':
      return hearCall(talk, frame, now)
    case 'send': // OCPP 2.1 only; in older versions an unknown message type (1.6 §4.1.3: ignore).
      return talk.rules.protocol === 'ocpp2.1' ? hearCall(talk, frame, now) : ignored(talk, 'message-type')
    case 'result':
    case 'error':
      return hearAnswer(talk, frame, now)
    case 'result-error':
      return ignored(talk, 'result-error')
    case 'malformed':
      return hearMalformed(talk, frame, now)
  }
}

const ignored = (talk: Talk, what: string): Step => [talk, [{ kind: 'ignored', what }]]

function tick(talk: Talk, now: number): Step {
  const [next, todo] = overdue(talk, now)
  const stuck = talk.inbound.length > 0 && now - talk.workingSince >= talk.rules.workMs
  if (stuck) return [next, [...todo, hangUp(1011, 'not stored in time')]]
  return listen(next, todo, now)
}

// While reading is paused a pong cannot be heard: silence then is our own doing.
function listen(talk: Talk, todo: readonly Do[], now: number): Step {
  if (talk.paused) {
    const [next, resume] = resumeWhenDue(talk, now)
    return [{ ...next, heardAt: now, pingedAt: null }, [...todo, ...resume]]
  }
  if (talk.pingedAt !== null)
    return now - talk.pingedAt >= talk.rules.pongMs
      ? [talk, [...todo, hangUp(1001, 'silence')]]
      : [talk, todo]
  if (now - talk.heardAt < talk.rules.quietMs) return [talk, todo]
  return [{ ...talk, pingedAt: now }, [...todo, { kind: 'ping' }]]
}

const hangUp = (code: number, because: string): Do => ({ kind: 'hang-up', code, because })
