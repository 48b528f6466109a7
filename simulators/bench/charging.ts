import { type CrowdMember, meterValues } from './crowd.ts'

const reportEveryMs = 2_000
const voltageV = 230

/** One light charge point in a transaction that follows its set-point at once. */
export type Charging = {
  readonly member: CrowdMember
  transactionId: number
  limitA: number
  changedAtMs: number
  registerWh: number
}

export type ChargingCrowd = {
  readonly all: readonly Charging[]
  /** Resolves when every one satisfies the condition. @throws after `withinMs`, saying how many do not */
  until(condition: (each: Charging) => boolean, withinMs: number): Promise<void>
  stop(): void
}

/** Boots and starts every member; each reports what it draws, follows TxProfile and TxDefaultProfile. */
export async function chargeAll(
  crowd: readonly CrowdMember[],
  reportMs = reportEveryMs
): Promise<ChargingCrowd> {
  const listeners = new Set<() => void>()
  const all = await Promise.all(
    crowd.map((member) => begin(member, () => listeners.forEach((each) => each())))
  )
  const timer = setInterval(() => {
    for (const each of all) report(each, reportMs).catch(() => undefined) // A dropped socket shows in `until`.
  }, reportMs)
  return {
    all,
    until: (condition, withinMs) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!all.every(condition)) return
          done()
          resolve()
        }
        const late = setTimeout(() => {
          done()
          reject(
            new Error(
              `${all.filter((each) => !condition(each)).length} of ${all.length} did not follow in time`
            )
          )
        }, withinMs)
        const done = () => {
          clearTimeout(late)
          listeners.delete(check)
        }
        listeners.add(check)
        check()
      }),
    stop: () => clearInterval(timer)
  }
}

async function begin(member: CrowdMember, changed: () => void): Promise<Charging> {
  const charging: Charging = { member, transactionId: 0, limitA: 0, changedAtMs: 0, registerWh: 1_000 }
  member.onCall((action, payload) => {
    if (action !== 'SetChargingProfile') return { status: 'Accepted' }
    const limitA = txLimitOf(payload)
    if (limitA !== undefined) {
      charging.limitA = limitA
      charging.changedAtMs = performance.now()
      changed()
    }
    return { status: 'Accepted' }
  })
  await member.call('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'load' })
  const status = (each: string) =>
    member.call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: each,
      timestamp: new Date().toISOString()
    })
  await status('Preparing')
  const started = (await member.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG-001',
    meterStart: charging.registerWh,
    timestamp: new Date().toISOString()
  })) as { transactionId: number }
  charging.transactionId = started.transactionId
  await status('Charging')
  return charging
}

type Profile = {
  readonly csChargingProfiles: {
    readonly chargingProfilePurpose: string
    readonly chargingSchedule: {
      readonly chargingRateUnit: string
      readonly chargingSchedulePeriod: readonly { readonly limit: number }[]
    }
  }
}

function txLimitOf(payload: unknown): number | undefined {
  const profile = (payload as Profile).csChargingProfiles
  return profile.chargingProfilePurpose === 'TxProfile' && profile.chargingSchedule.chargingRateUnit === 'A'
    ? profile.chargingSchedule.chargingSchedulePeriod[0]?.limit
    : undefined
}

async function report(each: Charging, intervalMs: number): Promise<void> {
  each.registerWh += Math.round((each.limitA * 3 * voltageV * intervalMs) / 3_600_000)
  const values = meterValues(1, each.transactionId, each.registerWh, new Date().toISOString()) as {
    meterValue: { sampledValue: { measurand: string; value: string }[] }[]
  }
  for (const sample of values.meterValue[0]?.sampledValue ?? []) {
    if (sample.measurand === 'Current.Import') sample.value = each.limitA.toFixed(1)
    if (sample.measurand === 'Power.Active.Import')
      sample.value = String(Math.round(each.limitA * 3 * voltageV))
  }
  await each.member.call('MeterValues', values)
}
