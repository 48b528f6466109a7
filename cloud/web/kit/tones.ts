import type { IconName } from './ui/icon.tsx'

/** What a colour may mean here, and nothing else: free, busy, waiting, fault, out of touch. */
export type Tone = 'free' | 'busy' | 'wait' | 'fault' | 'off'
export type Look = { readonly tone: Tone; readonly icon: IconName }

const connectorLooks: Readonly<Record<string, Look>> = {
  available: { tone: 'free', icon: 'check' },
  preparing: { tone: 'wait', icon: 'plug' },
  charging: { tone: 'busy', icon: 'bolt' },
  suspended: { tone: 'wait', icon: 'pause' },
  finishing: { tone: 'wait', icon: 'clock' },
  reserved: { tone: 'wait', icon: 'lock' },
  unavailable: { tone: 'off', icon: 'ban' },
  faulted: { tone: 'fault', icon: 'warn' },
  offline: { tone: 'off', icon: 'off' }
}

const sessionLooks: Readonly<Record<string, Look>> = {
  pending: { tone: 'wait', icon: 'clock' },
  started: { tone: 'busy', icon: 'bolt' },
  suspended: { tone: 'wait', icon: 'pause' },
  ended: { tone: 'off', icon: 'check' },
  failed: { tone: 'fault', icon: 'cross' },
  review: { tone: 'wait', icon: 'eye' }
}

const commandLooks: Readonly<Record<string, Look>> = {
  queued: { tone: 'wait', icon: 'clock' },
  sent: { tone: 'busy', icon: 'send' },
  accepted: { tone: 'free', icon: 'check' },
  rejected: { tone: 'fault', icon: 'ban' },
  expired: { tone: 'off', icon: 'clock' },
  failed: { tone: 'fault', icon: 'cross' }
}

const tokenLooks: Readonly<Record<string, Look>> = {
  accepted: { tone: 'free', icon: 'check' },
  blocked: { tone: 'fault', icon: 'ban' },
  expired: { tone: 'off', icon: 'clock' },
  invalid: { tone: 'off', icon: 'cross' }
}

const severityLooks: Readonly<Record<string, Look>> = {
  urgent: { tone: 'fault', icon: 'warn' },
  warning: { tone: 'wait', icon: 'warn' },
  info: { tone: 'off', icon: 'bell' }
}

const paymentLooks: Readonly<Record<string, Look>> = {
  held: { tone: 'wait', icon: 'lock' },
  captured: { tone: 'free', icon: 'check' },
  released: { tone: 'off', icon: 'out' },
  voided: { tone: 'off', icon: 'out' },
  refunded: { tone: 'off', icon: 'back' },
  declined: { tone: 'fault', icon: 'ban' },
  failed: { tone: 'fault', icon: 'cross' }
}

const limitLooks: Readonly<Record<string, Look>> = {
  active: { tone: 'busy', icon: 'gauge' },
  planned: { tone: 'wait', icon: 'clock' },
  past: { tone: 'off', icon: 'check' },
  cancelled: { tone: 'off', icon: 'ban' },
  refused: { tone: 'fault', icon: 'cross' }
}

const breakLooks: Readonly<Record<string, Look>> = {
  open: { tone: 'wait', icon: 'eye' },
  proposed: { tone: 'busy', icon: 'user' },
  repaired: { tone: 'free', icon: 'check' },
  accepted: { tone: 'free', icon: 'check' },
  gone: { tone: 'off', icon: 'out' }
}

const settlementLooks: Readonly<Record<string, Look>> = {
  open: { tone: 'wait', icon: 'clock' },
  closed: { tone: 'off', icon: 'lock' },
  paid: { tone: 'free', icon: 'check' }
}

const disputeLooks: Readonly<Record<string, Look>> = {
  open: { tone: 'wait', icon: 'eye' },
  upheld: { tone: 'free', icon: 'check' },
  rejected: { tone: 'off', icon: 'ban' }
}

const receiptLooks: Readonly<Record<string, Look>> = {
  proposed: { tone: 'wait', icon: 'eye' },
  posted: { tone: 'free', icon: 'check' },
  reversed: { tone: 'off', icon: 'cross' },
  rejected: { tone: 'off', icon: 'ban' }
}

const bankFileLooks: Readonly<Record<string, Look>> = {
  proposed: { tone: 'wait', icon: 'eye' },
  confirmed: { tone: 'free', icon: 'check' },
  rejected: { tone: 'off', icon: 'ban' }
}

const planLooks: Readonly<Record<string, Look>> = {
  active: { tone: 'free', icon: 'check' },
  waits: { tone: 'wait', icon: 'clock' },
  stopped: { tone: 'off', icon: 'pause' }
}

const couponLooks: Readonly<Record<string, Look>> = {
  valid: { tone: 'free', icon: 'check' },
  later: { tone: 'wait', icon: 'clock' },
  over: { tone: 'off', icon: 'ban' },
  'used-up': { tone: 'off', icon: 'check' }
}

const refundLooks: Readonly<Record<string, Look>> = {
  proposed: { tone: 'wait', icon: 'eye' },
  asked: { tone: 'busy', icon: 'send' },
  done: { tone: 'free', icon: 'check' },
  failed: { tone: 'fault', icon: 'cross' },
  rejected: { tone: 'off', icon: 'ban' }
}

const reservationLooks: Readonly<Record<string, Look>> = {
  holding: { tone: 'wait', icon: 'clock' },
  asked: { tone: 'wait', icon: 'clock' },
  active: { tone: 'busy', icon: 'lock' },
  used: { tone: 'free', icon: 'check' },
  cancelled: { tone: 'off', icon: 'ban' },
  expired: { tone: 'fault', icon: 'clock' },
  refused: { tone: 'fault', icon: 'cross' }
}

const families = {
  planState: planLooks,
  couponState: couponLooks,
  refundState: refundLooks,
  reservation: reservationLooks,
  breakState: breakLooks,
  settlement: settlementLooks,
  dispute: disputeLooks,
  receipt: receiptLooks,
  bankFile: bankFileLooks,
  connector: connectorLooks,
  session: sessionLooks,
  command: commandLooks,
  token: tokenLooks,
  severity: severityLooks,
  payment: paymentLooks,
  limitState: limitLooks
} as const
export type Family = keyof typeof families

/** A state nobody has told us about yet still shows, in grey with its own word. */
export const lookOf = (family: Family, state: string): Look =>
  families[family][state] ?? { tone: 'off', icon: 'clock' }
