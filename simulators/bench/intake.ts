import { type CrowdMember, disband, gather, meterValues } from './crowd.ts'

const warmUpMs = 1_000
const vendor = { chargePointVendor: 'Nova-X', chargePointModel: 'load' }
const stepMs = 20_000 // Of station time between two messages: 61 Wh at 11,040 W, so that nothing is implausible.
const stepWh = 61
const beganAgoMs = 10 * 24 * 3_600_000 // The stations tell of a time that is over: a run never reaches the present.
const startWh = 1_000

/** What one crowd says to one server, and how far each member's register was acknowledged. */
export type Talker = {
  /** One round: everybody connects, warms up, and sends one MeterValues after the other. @returns messages/s */
  rate(measureMs: number): Promise<number>
  /** The last register of each member that the server has answered for, Wh. */
  readonly acknowledgedWh: ReadonlyMap<string, number>
}

export type Place = {
  readonly url: string
  readonly identities: readonly string[]
  readonly password: string
  /** Within a transaction of each member, begun in the first round; else as readings of an idle connector. */
  readonly inTransaction: boolean
}

export function talker(place: Place): Talker {
  const acknowledgedWh = new Map<string, number>()
  const transactions = new Map<string, number>()
  const says = async (member: CrowdMember, until: number): Promise<number> => {
    let count = 0
    for (; performance.now() < until; count++) {
      const registerWh = (acknowledgedWh.get(member.identity) ?? startWh) + stepWh
      const transactionId = transactions.get(member.identity)
      await member.call('MeterValues', meterValues(1, transactionId, registerWh, instantOf(registerWh)))
      acknowledgedWh.set(member.identity, registerWh)
    }
    return count
  }
  const begin = async (member: CrowdMember): Promise<void> => {
    if (transactions.has(member.identity)) return // After an outage a station comes back without a boot.
    await member.call('BootNotification', vendor)
    if (place.inTransaction) transactions.set(member.identity, await startOf(member))
  }
  const pump = async (crowd: readonly CrowdMember[], forMs: number): Promise<number> => {
    const until = performance.now() + forMs
    const counts = await Promise.all(crowd.map((member) => says(member, until)))
    return counts.reduce((sum, each) => sum + each, 0)
  }
  const rate = async (measureMs: number): Promise<number> => {
    const crowd = await gather(place)
    try {
      await Promise.all(crowd.map(begin))
      await pump(crowd, warmUpMs)
      const begun = performance.now()
      const count = await pump(crowd, measureMs)
      return (count / (performance.now() - begun)) * 1_000
    } finally {
      disband(crowd)
    }
  }
  return { rate, acknowledgedWh }
}

export const cardOf = (identity: string): string => `C-${identity}`

/** @returns the transaction's number; a server that knows none gets one of ours */
async function startOf(member: CrowdMember): Promise<number> {
  const { transactionId = 1 } = (await member.call('StartTransaction', {
    connectorId: 1,
    idTag: cardOf(member.identity),
    meterStart: startWh,
    timestamp: instantOf(startWh)
  })) as { readonly transactionId?: number }
  return transactionId
}

const begunAt = Date.now() - beganAgoMs
const instantOf = (registerWh: number): string =>
  new Date(begunAt + ((registerWh - startWh) / stepWh) * stepMs).toISOString()
