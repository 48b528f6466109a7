/** A driver's start: holding money → starting (order not sent yet) → waiting (for the charger) → started. */
export type OrderStatus = 'holding' | 'starting' | 'waiting' | 'started' | 'abandoned'

export type Heard =
  | { readonly kind: 'held' }
  | { readonly kind: 'declined'; readonly detail: string }
  | { readonly kind: 'sent' } // The command is on its way.
  | { readonly kind: 'command-failed'; readonly detail: string }
  | { readonly kind: 'session-started' }
  | { readonly kind: 'late' } // The deadline of the state has passed.

/** What follows: `send-start` and `stop` are commands to the edge, `let-go` frees the held money. */
export type Todo = 'send-start' | 'let-go' | 'stop' | 'nothing'

export type Turn = {
  readonly status: OrderStatus
  readonly todo: Todo
  readonly why?: { readonly code: string; readonly detail: string }
}

const late = {
  holding: { code: 'payment-unanswered', detail: 'The payment provider has not answered in time.' },
  starting: { code: 'start-not-sent', detail: 'The start could not be sent to the site in time.' },
  waiting: {
    code: 'start-unanswered',
    detail: 'The charger has not started in time. Is the cable plugged in?'
  }
} as const

const stay = (status: OrderStatus): Turn => ({ status, todo: 'nothing' })
const abandon = (code: string, detail: string): Turn => ({
  status: 'abandoned',
  todo: 'let-go',
  why: { code, detail }
})

/**
 * One step of the saga. What is heard twice or too late changes nothing, with one exception: a charger that
 * starts after all is stopped when the order had been given up.
 */
export function decide(status: OrderStatus, heard: Heard): Turn {
  if (heard.kind === 'session-started')
    return status === 'abandoned' ? { status, todo: 'stop' } : stay('started')
  if (status === 'started' || status === 'abandoned') return stay(status)
  switch (heard.kind) {
    case 'held':
      return status === 'holding' ? { status: 'starting', todo: 'send-start' } : stay(status)
    case 'declined':
      return abandon('payment-declined', heard.detail)
    case 'sent':
      return status === 'starting' ? stay('waiting') : stay(status)
    case 'command-failed':
      return status === 'holding' ? stay(status) : abandon('start-refused', heard.detail)
    case 'late':
      return abandon(late[status].code, late[status].detail)
  }
}

/** How long a state may last; each wait has an end. */
export const patienceMs = {
  holding: 60_000, // A card network answers in seconds; a person waits no longer.
  starting: 45_000, // A site that is not in touch for so long will not be.
  waiting: 240_000 // Cable and car: the usual connection time-out of a charger is one to three minutes.
} as const

/** Why a connector cannot be started on now; undefined when it can. */
export function refusalOf(status: string): { code: string; detail: string } | undefined {
  return refusals[status]
}

const refusals: Readonly<Record<string, { code: string; detail: string }>> = {
  charging: { code: 'connector-occupied', detail: 'Another car is charging here.' },
  suspended: { code: 'connector-occupied', detail: 'Another car is plugged in here.' },
  finishing: { code: 'connector-occupied', detail: 'Another car has not left yet.' },
  reserved: { code: 'connector-reserved', detail: 'This connector is reserved for somebody else.' },
  unavailable: { code: 'connector-unavailable', detail: 'This connector is switched off.' },
  faulted: { code: 'connector-faulted', detail: 'This connector is out of order.' },
  offline: { code: 'connector-offline', detail: 'This charger is not in touch; try another one.' }
}

/** Token by which the site knows this start: new for each, so that nothing about the driver leaves the cloud. */
export const tokenOf = (sessionId: string): string =>
  `NV${sessionId.replaceAll('-', '').slice(0, 18).toUpperCase()}`
