import { setTimeout as wait } from 'node:timers/promises'
import type { Stubborn } from './stubborn.ts'

/** What a charge point knows of a session it has ended: the bill must be exactly this. */
export type Delivered = {
  readonly chargerId: string
  readonly startedAt: string
  readonly meterStartWh: number
  readonly meterStopWh: number
}

export type SessionPlan = {
  readonly charger: Stubborn
  readonly clock: () => string
  readonly tokenUid: string
  readonly meterStartWh: number
  /** Wh between one MeterValues and the next, and then to the stop. */
  readonly stepsWh: readonly number[]
  /** How often each transaction message is said: content the same, message id new. */
  readonly times?: number
  readonly pauseMs?: number
  /** Told before each message is sent; scenarios kill something here. */
  readonly before?: (action: string) => Promise<void>
}

/** One session as OCPP 1.6 tells it: start, meter values, stop; each said until it is answered. */
export async function deliver(plan: SessionPlan): Promise<Delivered> {
  const { charger, clock, tokenUid, meterStartWh, times = 1, pauseMs = 0, before } = plan
  const say = async <Answer>(action: string, payload: object) => {
    await before?.(action)
    return charger.say<Answer>(action, payload, times)
  }
  const startedAt = clock()
  await say('StatusNotification', {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Preparing',
    timestamp: startedAt
  })
  const start = { connectorId: 1, idTag: tokenUid, meterStart: meterStartWh, timestamp: startedAt }
  const { transactionId } = await say<{ transactionId: number }>('StartTransaction', start)
  let registerWh = meterStartWh
  for (const stepWh of plan.stepsWh) {
    registerWh += stepWh
    if (pauseMs > 0) await wait(pauseMs)
    const meterValue = [{ timestamp: clock(), sampledValue: [{ value: String(registerWh) }] }]
    await say('MeterValues', { connectorId: 1, transactionId, meterValue })
  }
  const stopAt = clock()
  await say('StopTransaction', {
    transactionId,
    idTag: tokenUid,
    meterStop: registerWh,
    timestamp: stopAt,
    reason: 'Local'
  })
  await say('StatusNotification', {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Available',
    timestamp: stopAt
  })
  return { chargerId: charger.identity, startedAt, meterStartWh, meterStopWh: registerWh }
}

/**
 * Station time of a quick charge point: a minute a message, so that 300 Wh between two of them is 18 kW, begun ten
 * days ago so that a long run does not reach the present.
 */
export function stationClock(nowMs: number): () => string {
  let atMs = nowMs - 10 * 24 * 3_600_000
  return () => new Date((atMs += 60_000)).toISOString()
}
