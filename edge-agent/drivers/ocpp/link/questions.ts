import type { Heard, Outcome, Wish } from '@nova/shared-protocol/dialogues/ocpp'

export type Questions = {
  ask(wish: Omit<Wish, 'token'>, signal: AbortSignal, hear: (heard: Heard) => void): Promise<Outcome>
  /** @returns the action that was asked */
  settle(token: number, outcome: Outcome): string | undefined
}

type Waiting = { readonly action: string; readonly resolve: (outcome: Outcome) => void }

/** Who waits for which answer. The dialogue settles every token exactly once, so nobody waits for ever. */
export function openQuestions(): Questions {
  const waiting = new Map<number, Waiting>()
  let last = 0
  return {
    ask(wish, signal, hear) {
      if (signal.aborted) return Promise.resolve({ kind: 'withdrawn' })
      const token = ++last
      return new Promise((resolve) => {
        const withdraw = () => hear({ kind: 'withdraw', token })
        signal.addEventListener('abort', withdraw, { once: true })
        waiting.set(token, {
          action: wish.action,
          resolve: (outcome) => {
            signal.removeEventListener('abort', withdraw)
            resolve(outcome)
          }
        })
        hear({ kind: 'wish', wish: { ...wish, token } })
      })
    },
    settle(token, outcome) {
      const asked = waiting.get(token)
      waiting.delete(token)
      asked?.resolve(outcome)
      return asked?.action
    }
  }
}
