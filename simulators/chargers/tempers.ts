/** How a station behaves, as data. */
export type Temper = {
  /** `no-station-maximum`: ChargePointMaxProfile is answered NotSupported, all others are honoured. */
  readonly profiles:
    | 'honoured'
    | 'rejected'
    | 'accepted-but-ignored'
    | 'accepted-but-forgotten' // Says Accepted and knows nothing of it afterwards, as its composite schedule shows.
    | 'no-station-maximum'
  readonly wholeAmps: boolean // Rounds limits down, and says so when asked.
  readonly readsBack: boolean // false: knows no GetCompositeSchedule.
  readonly answers: boolean // false: hears everything and says nothing.
  readonly answerAfterMs: number // Real milliseconds.
  readonly rateUnit: 'Current' | 'Power' // The only unit it takes; Current,Power when it takes both.
  /** `unknown`: has no list of its own. `whole-only`: answers differences with Failed. `failing`: all of them. */
  readonly cards: 'listed' | 'unknown' | 'not-supported' | 'whole-only' | 'failing'
  readonly bootsAfterReconnect: boolean
}

const obedient: Temper = {
  profiles: 'honoured',
  wholeAmps: false,
  readsBack: true,
  answers: true,
  answerAfterMs: 0,
  rateUnit: 'Current',
  cards: 'listed',
  bootsAfterReconnect: false // OCPP 1.6 §4.2 asks for it after a reboot only; most stations keep to that.
}

export const tempers = {
  obedient,
  slow: { ...obedient, answerAfterMs: 3_000 },
  rejecting: { ...obedient, profiles: 'rejected' },
  plain: { ...obedient, profiles: 'no-station-maximum' },
  ignoring: { ...obedient, profiles: 'accepted-but-ignored' },
  forgetful: { ...obedient, profiles: 'accepted-but-forgotten' },
  rounding: { ...obedient, wholeAmps: true },
  taciturn: { ...obedient, readsBack: false },
  silent: { ...obedient, answers: false },
  watts: { ...obedient, rateUnit: 'Power' },
  listless: { ...obedient, cards: 'unknown' },
  'no-lists': { ...obedient, cards: 'not-supported' },
  'whole-lists': { ...obedient, cards: 'whole-only' },
  'bad-lists': { ...obedient, cards: 'failing' }
} as const satisfies Readonly<Record<string, Temper>>

export type TemperName = keyof typeof tempers

export const isTemperName = (name: string): name is TemperName => Object.hasOwn(tempers, name)
