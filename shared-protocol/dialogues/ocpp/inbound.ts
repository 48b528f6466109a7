import { isTransactional, type Malformed } from '../../codecs/ocpp/index.ts'
import type { Do, Inbound, Step, Talk } from './talk.ts'

const minute = 60_000
const second = 1_000

/** Calls of one station are worked on strictly one after the other: a stop never overtakes its start. */
export function hearCall(before: Talk, call: Inbound, now: number): Step {
  const talk = counted(before, now)
  const twin = talk.inbound.length === 0 ? undefined : talk.inbound.find(({ id }) => id === call.id)
  if (twin) return hearTwin(talk, twin, call)
  if (talk.inbound.length > 0) return enqueue(talk, call)
  const next = { ...talk, inbound: [call], workingSince: now }
  const handle: Do = { kind: 'handle', call }
  return isTooFast(next, now) && !talk.paused
    ? [{ ...next, paused: true }, [{ kind: 'pause' }, handle]]
    : [next, [handle]]
}

const counted = (talk: Talk, now: number): Talk =>
  now - talk.callsSince >= second
    ? { ...talk, calls: 1, callsSince: now }
    : { ...talk, calls: talk.calls + 1 }

const isTooFast = ({ calls, callsSince, rules }: Talk, now: number): boolean =>
  calls >= rules.mostCalls && now - callsSince < second

/** Reading goes on when the backlog is worked off and the second's share is not used up. */
export function resumeWhenDue(talk: Talk, now: number): Step {
  const due = talk.paused && talk.inbound.length <= talk.rules.resumeAt && !isTooFast(talk, now)
  return due ? [{ ...talk, paused: false }, [{ kind: 'resume' }]] : [talk, []]
}

/** The same id while the first still waits: a repetition gets the one answer; a stranger gets none of it. */
function hearTwin(talk: Talk, twin: Inbound, call: Inbound): Step {
  if (twin.raw === call.raw) return [talk, [{ kind: 'ignored', what: 'repeated call' }]]
  // Money is taken in even under a wrong id: a refusal would make the station throw it away.
  if (isTransactional(call.action, call.payload)) return enqueue(talk, call)
  return [talk, [{ kind: 'refuse', id: call, fault: 'occurrence', because: 'this message id is in use' }]]
}

function enqueue(talk: Talk, call: Inbound): Step {
  const inbound = [...talk.inbound, call]
  if (inbound.length > talk.rules.mostInbound)
    return [talk, [{ kind: 'hang-up', code: 1008, because: 'too many calls at once' }]]
  const full = !talk.paused && inbound.length >= talk.rules.pauseAt
  return full ? [{ ...talk, inbound, paused: true }, [{ kind: 'pause' }]] : [{ ...talk, inbound }, []]
}

export function hearAnswered(talk: Talk, now: number): Step {
  const inbound = talk.inbound.slice(1)
  const [next, todo] = resumeWhenDue({ ...talk, inbound, workingSince: now }, now)
  const [call] = inbound
  return [next, call ? [...todo, { kind: 'handle', call }] : todo]
}

/** Garbage is refused where somebody waits for an answer, counted, and too much of it ends the line. */
export function hearMalformed(talk: Talk, frame: Malformed, now: number): Step {
  const fresh = now - talk.garbageSince >= minute
  const next = {
    ...talk,
    garbage: fresh ? 1 : talk.garbage + 1,
    garbageSince: fresh ? now : talk.garbageSince
  }
  if (next.garbage > talk.rules.mostGarbage)
    return [next, [{ kind: 'hang-up', code: 1008, because: 'too many malformed messages' }]]
  if (frame.because === 'message-type' && talk.rules.protocol !== 'ocpp1.6')
    return [next, [{ kind: 'refuse', id: frame.id, fault: 'message-type', because: 'unknown message type' }]]
  if (!frame.answer) return [next, [{ kind: 'ignored', what: frame.because }]]
  const fault = frame.id === null ? 'frame' : 'format'
  return [next, [{ kind: 'refuse', id: frame.id, fault, because: frame.because }]]
}
