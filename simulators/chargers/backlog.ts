import type { FromStation16 } from '@nova/shared-protocol/codecs/ocpp'
import type { Outcome } from '@nova/shared-protocol/dialogues/ocpp'
import { setting, switchedOn, type Body, type Waiting } from './body.ts'
import { finished } from './messages.ts'
import { stop } from './sessions.ts'

/** Sends what waits, in order, one after the other. */
export type Backlog = {
  /** Begins or goes on; does nothing while it is at it, or while a retry is not due. */
  drain(): void
  isIdle(): boolean
}

type Needs = {
  readonly body: Body
  call(action: string, payload: unknown): Promise<Outcome>
  mayCall(): boolean
  /** Something about the body has changed by an answer. */
  changed(): void
}

export function openBacklog(needs: Needs): Backlog {
  const { body } = needs
  let busy = false
  let notBeforeMs = 0

  async function run(): Promise<void> {
    for (
      let next = body.backlog[0];
      next && needs.mayCall() && body.nowMs >= notBeforeMs;
      next = body.backlog[0]
    ) {
      const outcome = await needs.call(next.action, finished(body, next))
      if (outcome.kind === 'closed') return
      if (outcome.kind === 'result' && isAnswer(next, outcome.payload)) told(body, next, outcome.payload)
      else notBeforeMs = body.nowMs + postponed(body, next, outcome)
      needs.changed()
    }
  }

  return {
    drain() {
      // Marked busy only when there is something to do: a call within the same turn must not be turned away.
      if (busy || body.backlog.length === 0 || body.nowMs < notBeforeMs || !needs.mayCall()) return
      busy = true
      void run().finally(() => {
        busy = false
      })
    },
    isIdle: () => !busy && body.backlog.length === 0
  }
}

/**
 * OCPP 1.6 §3.7: the pause grows with each try; what the back office refuses for the last time is given up.
 * No answer at all is no try: the message may have been taken, and only an answer can tell.
 */
function postponed(body: Body, waiting: Waiting, outcome: Outcome): number {
  const pauseMs = setting(body, 'TransactionMessageRetryInterval') * 1000
  if (outcome.kind !== 'error') return pauseMs
  waiting.tries++
  if (waiting.tries < setting(body, 'TransactionMessageAttempts')) return pauseMs * waiting.tries
  remove(body, waiting)
  body.lost++
  return 0
}

// Samples may have been thinned meanwhile: the message is found by what it is, not by where it was.
function remove(body: Body, waiting: Waiting): void {
  body.backlog = body.backlog.filter((each) => each !== waiting)
}

/** An answer that lacks what the station needs is as good as none. */
function isAnswer({ action }: Waiting, payload: unknown): boolean {
  if (action !== 'StartTransaction') return true
  const { transactionId, idTagInfo } = (payload ?? {}) as Partial<FromStation16['StartTransaction'][1]>
  return typeof transactionId === 'number' && idTagInfo?.status !== undefined
}

function told(body: Body, waiting: Waiting, payload: unknown): void {
  remove(body, waiting)
  if (waiting.action === 'StopTransaction') body.transactionIds.delete(waiting.local)
  if (waiting.action !== 'StartTransaction') return
  const { transactionId, idTagInfo } = payload as FromStation16['StartTransaction'][1]
  body.transactionIds.set(waiting.local, transactionId)
  const outlet = body.outlets.find(({ transaction }) => transaction?.local === waiting.local)
  if (!outlet?.transaction) return
  outlet.transaction.id = transactionId
  if (idTagInfo.status !== 'Accepted' && switchedOn(body, 'StopTransactionOnInvalidId'))
    stop(body, outlet, 'DeAuthorized')
}
