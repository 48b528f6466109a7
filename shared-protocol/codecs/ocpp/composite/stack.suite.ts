import { nothing, type Asked, type Period, type Profile, type Station } from './index.ts'

export const t0 = 1_767_322_800_000 // 2026-01-02T03:00:00Z
export const at = (seconds: number) => t0 + seconds * 1000

export const period = (startS: number, limit: number | null, over: Partial<Period> = {}): Period => ({
  startS,
  limit: [limit, null, null],
  discharge: nothing,
  setpoint: nothing,
  phases: null,
  phaseToUse: null,
  mode: null,
  ...over
})

let nextId = 1
export const profile = (over: Partial<Profile> = {}): Profile => ({
  id: nextId++,
  evse: 1,
  stackLevel: 0,
  purpose: 'tx-default',
  kind: 'relative',
  every: null,
  transactionId: null,
  validFromMs: null,
  validToMs: null,
  startMs: null,
  durationS: null,
  unit: 'A',
  minRate: null,
  periods: [period(0, 16)],
  maxOfflineS: null,
  invalidAfterOffline: false,
  updatedMs: null,
  ...over
})

export const station = (over: Partial<Station> = {}): Station => ({
  version: '2.1',
  evses: [{ id: 1, transaction: { id: 'T', startedMs: t0 } }],
  voltageV: 230,
  phases: 3,
  gap: { kind: 'undefined' },
  offlineS: null,
  ...over
})

export const asked = (durationS: number, over: Partial<Asked> = {}): Asked => ({
  evse: 1,
  unit: 'A',
  fromMs: t0,
  toMs: at(durationS),
  ...over
})
