import type { Chance } from '../../world/chance.ts'
import { told, type Hearing, type Pile, type View } from './charger.ts'

// The driver asks for a reading each 5 s (MeterValueSampleInterval); some chargers keep their own 10 s.
export const hearing = (chance: Chance): Hearing => ({
  everyMs: chance.happens(0.2) ? 10_000 : 5_000,
  nextMs: 0,
  car: null,
  reading: null,
  heardAtMs: null,
  takenAtMs: -1,
  heard: 0,
  befell: { lost: 0, late: 0, passed: 0 },
  connected: false,
  full: false
})

/** Events first, then the reading when it is due. */
export function report(pile: Pile, nowMs: number): void {
  const { hearing: ear, connected, car } = pile
  tell(pile)
  if (!connected || nowMs < ear.nextMs || (car === null && ear.reading?.powerW === 0)) return
  ear.nextMs = nowMs + ear.everyMs
  send(pile, nowMs)
}

/** What happened while it was out of touch it tells when it is back. */
function tell({ hearing: ear, connected, car }: Pile): void {
  const full = car !== null && car.leftMilliAms <= 0
  const isNews = connected && (ear.car !== car || ear.full !== full)
  if (!isNews && ear.connected === connected) return
  if (connected) Object.assign(ear, { car, full })
  ear.connected = connected
  ear.heard++
}

function send(pile: Pile, takenAtMs: number): void {
  const { weather, chance, clock, hearing: ear } = pile
  if (chance.happens(weather.drop)) {
    ear.befell.lost++
    return
  }
  const reading = readingOf(pile, takenAtMs)
  if (!chance.happens(weather.late)) {
    hear(pile, reading, takenAtMs)
    return
  }
  ear.befell.late++
  // Late, maybe after a newer one: the station's own time tells which is which.
  clock.after(chance.between(500, 8_000), () => {
    if (pile.connected) hear(pile, reading, takenAtMs)
  })
}

/** An older reading than the one that is known changes nothing, as in the edge's intake; the same one twice neither. */
function hear({ hearing: ear, clock }: Pile, reading: View['reading'], takenAtMs: number): void {
  if (takenAtMs < ear.takenAtMs) ear.befell.passed++
  if (takenAtMs <= ear.takenAtMs) return
  ear.takenAtMs = takenAtMs
  ear.reading = reading
  ear.heardAtMs = clock.monotonicMs()
  ear.heard++
}

function readingOf(pile: Pile, nowMs: number): View['reading'] {
  const { car, flowMilliA, temper, voltageV, clock } = pile
  const shown = temper === 'lying' ? Math.min(flowMilliA, told(pile, nowMs)) : flowMilliA
  const each = (phase: number): number => (phase < (car?.phases ?? 0) ? Math.round(shown) : 0)
  const currentMilliA: [number, number, number] = [each(0), each(1), each(2)]
  const sum = currentMilliA[0] + currentMilliA[1] + currentMilliA[2]
  return { at: clock.instant(), powerW: Math.round((sum * voltageV) / 1000), currentMilliA }
}

export function viewOf({ site, hearing: ear }: Pile): View {
  const { connected, car, full, reading, heardAtMs } = ear
  return {
    chargerId: site.id,
    evseId: 1,
    connectorId: 1,
    connected,
    status: !connected ? 'offline' : car === null ? 'available' : full ? 'suspended' : 'charging',
    errorCode: null,
    statusAt: null,
    session: car === null ? null : sessionOf(car),
    reading,
    readingHeardAtMs: heardAtMs
  }
}

const sessionOf = ({ transactionId, cameAt }: NonNullable<Pile['car']>): View['session'] => ({
  sessionId: transactionId,
  transactionId,
  tokenUid: 'TAG',
  startedAt: cameAt,
  meterStartWh: 0,
  energyWh: null,
  suspendedBy: null
})
