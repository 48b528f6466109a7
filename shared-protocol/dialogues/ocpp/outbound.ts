import type { Answer, Do, Outcome, Step, Talk, Wish } from './talk.ts'

export function hearWish(talk: Talk, wish: Wish, now: number): Step {
  const [kept, todo] = withoutTopic(talk.outbound, wish.topic)
  if (kept.length >= talk.rules.mostOutbound) {
    const full = settle(wish.token, { kind: 'queue-full' }, 0)
    return [{ ...talk, outbound: kept }, [...todo, full]]
  }
  const behind = wish.urgent ? kept.findIndex(({ urgent }) => !urgent) : -1
  const outbound = behind === -1 ? [...kept, wish] : kept.toSpliced(behind, 0, wish)
  return sendNext({ ...talk, outbound }, todo, now)
}

// Only the newest set-point of a connector is worth sending.
function withoutTopic(outbound: readonly Wish[], topic: string | null): readonly [readonly Wish[], Do[]] {
  if (topic === null || outbound.every((wish) => wish.topic !== topic)) return [outbound, []]
  const old = outbound.filter((wish) => wish.topic === topic)
  return [
    outbound.filter((wish) => wish.topic !== topic),
    old.map(({ token }) => settle(token, { kind: 'superseded' }, 0))
  ]
}

function sendNext(talk: Talk, todo: readonly Do[], now: number): Step {
  const [wish, ...outbound] = talk.outbound
  if (talk.inFlight !== null || !wish) return [talk, todo]
  const id = `${talk.rules.idPrefix}${talk.nextId}`
  const inFlight = { token: wish.token, id, sentAt: now, until: now + wish.patienceMs }
  return [
    { ...talk, outbound, inFlight, nextId: talk.nextId + 1 },
    [...todo, { kind: 'call', id, action: wish.action, payload: wish.payload }]
  ]
}

/** An answer settles the call in flight when it names it; everything else is late, invented or repeated. */
export function hearAnswer(talk: Talk, answer: Answer, now: number): Step {
  const { inFlight } = talk
  if (inFlight?.id !== answer.id) return [talk, [{ kind: 'ignored', what: 'answer to no call' }]]
  const outcome: Outcome =
    answer.kind === 'result'
      ? { kind: 'result', payload: answer.payload }
      : { kind: 'error', code: answer.code, description: answer.description, details: answer.details }
  return sendNext({ ...talk, inFlight: null }, settled(inFlight, outcome, now), now)
}

/** The waiting time of the call in flight is over; a late answer will find nobody. */
export function overdue(talk: Talk, now: number): Step {
  const { inFlight } = talk
  if (!inFlight || now < inFlight.until) return [talk, []]
  return sendNext({ ...talk, inFlight: null }, settled(inFlight, { kind: 'no-answer' }, now), now)
}

export function hearWithdrawal(talk: Talk, token: number): Step {
  const { inFlight } = talk
  const gone = [settle(token, { kind: 'withdrawn' }, 0)]
  if (inFlight?.token === token) return [{ ...talk, inFlight: { ...inFlight, token: null } }, gone]
  const outbound = talk.outbound.filter((wish) => wish.token !== token)
  return outbound.length === talk.outbound.length ? [talk, []] : [{ ...talk, outbound }, gone]
}

export function hearClosed(talk: Talk, now: number): Step {
  const waiting = talk.outbound.map(({ token }) => settle(token, { kind: 'closed' }, 0))
  const flying = talk.inFlight ? settled(talk.inFlight, { kind: 'closed' }, now) : []
  return [{ ...talk, outbound: [], inFlight: null, inbound: [] }, [...flying, ...waiting]]
}

const settled = (flight: NonNullable<Talk['inFlight']>, outcome: Outcome, now: number): Do[] =>
  flight.token === null ? [] : [settle(flight.token, outcome, now - flight.sentAt)]

const settle = (token: number, outcome: Outcome, tookMs: number): Do => ({
  kind: 'settle',
  token,
  outcome,
  tookMs
})
