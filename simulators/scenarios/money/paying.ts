import { setTimeout as wait } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import type { Chance } from '../../world/chance.ts'
import { type Api, ApiFault } from '../api.ts'
import { deliver, type Delivered, stationClock } from '../sessions.ts'
import type { Stubborn } from '../stubborn.ts'

/** A clear no. */
export const refused = Symbol('refused')
/** It may have happened or not. */
export const away = Symbol('away')

/** What a client was promised: an order that was acknowledged with its id. */
export type Promised = { readonly orders: string[]; readonly adjustments: Map<string, number> }

/** Signs in anew when a token has ended or the cloud was away. */
export type Enter = () => Promise<Api>

export type Driver = {
  readonly charger: Stubborn
  readonly chance: Chance
  readonly enter: Enter
  readonly promised: Promised
  readonly life: { readonly over: boolean }
}

const pauseMs = 150
const obeyWithinMs = 60_000 // Longer than an order waits for its charger: then it has been abandoned.
const lookMs = 1_000
const clockLagMs = 10 * 24 * 3_600_000 // `stationClock` begins this much before what it is given.

/** One order after the other at one charge point until life is over; the last one is brought to its end. */
export async function payAndCharge({ charger, chance, enter, promised, life }: Driver): Promise<Delivered[]> {
  // A start that answers an order is one of now; a clock may run ahead of ours by hours and is believed.
  const clock = stationClock(Date.now() + clockLagMs)
  const delivered: Delivered[] = []
  let meterStartWh = 1_000
  await charger.say('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'stubborn' })
  await charger.say('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' })
  while (!life.over) {
    const id = await order(enter, `${charger.identity}:1:1`, life)
    if (id === undefined) continue
    promised.orders.push(id)
    if (!(await obeyed(charger, enter, id))) continue
    const stepsWh = Array.from({ length: 1 + chance.between(0, 2) }, () => 50 + chance.between(0, 199))
    const session = await deliver({ charger, clock, tokenUid: tokenOf(id), meterStartWh, stepsWh, pauseMs })
    delivered.push(session)
    meterStartWh = session.meterStopWh + 1
  }
  return delivered
}

/** The token that an order is started with: made of its id, so that a late start of an older order is told apart. */
const tokenOf = (id: string): string => `NV${id.replaceAll('-', '').slice(0, 18).toUpperCase()}`

/** Orders until it is acknowledged, under one key. @returns undefined when it was refused, or life is over */
async function order(
  enter: Enter,
  connectorId: string,
  life: { readonly over: boolean }
): Promise<string | undefined> {
  const key = randomUUID()
  while (!life.over) {
    const said = await attempt(async () => {
      const api = await enter()
      return (await api.post<{ id: string }>('/sessions', { connectorId }, key)).id
    })
    if (typeof said === 'string') return said
    await wait(pauseMs)
    if (said === refused) return undefined
  }
  return undefined
}

/** Whether the charger was told to start before the order ended without it. */
async function obeyed(charger: Stubborn, enter: Enter, id: string): Promise<boolean> {
  for (const until = performance.now() + obeyWithinMs; performance.now() < until;) {
    const said = await charger.heard('RemoteStartTransaction', lookMs).catch(notYet)
    if ((said as { idTag?: string } | undefined)?.idTag === tokenOf(id)) return true
    const session = await attempt(async () => (await enter()).get<{ status: string }>(`/sessions/${id}`))
    if (typeof session !== 'symbol' && session.status === 'failed') return false
  }
  return false
}

const notYet = (cause: unknown): undefined => {
  if (cause instanceof Error && /no RemoteStartTransaction/.test(cause.message)) return undefined
  throw cause
}

/** An answer; `refused` when the cloud said a clear no; `away` when it may have happened or not: ask again. */
export async function attempt<Value>(
  act: () => Promise<Value>
): Promise<Value | typeof refused | typeof away> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof ApiFault) return isClearNo(cause) ? refused : away
    if (cause instanceof TypeError || cause instanceof DOMException) return away // No line, or no answer in time.
    throw cause
  }
}

const isClearNo = ({ status, message }: ApiFault): boolean =>
  status >= 400 && status < 500 && status !== 401 && status !== 429 && !/call-still-running/.test(message)
