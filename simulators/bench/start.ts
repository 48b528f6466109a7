import { setTimeout as wait } from 'node:timers/promises'
import { type Api, signIn } from '../scenarios/api.ts'
import { addChargers, allKnown, reaching } from '../scenarios/fleet.ts'
import { type Stack, startStack } from '../scenarios/stack.ts'
import { type CrowdMember, disband, gather, meterValues } from './crowd.ts'
import { percentile, show } from './figure.ts'

const chargers = 200
const reportEveryMs = 5_000 // Each charger sends MeterValues; together 40 messages a second beside the starts.
const floorMs = 100

/**
 * Start latency: from `POST /chargers/{id}/commands` leaving the client to RemoteStartTransaction arriving at the
 * charger's socket, with 200 chargers connected and sending; all parts real processes on this machine.
 */
export async function benchStart({ short }: { readonly short: boolean }): Promise<void> {
  const starts = short ? 40 : 400
  const wide = [20_000, 20_000, 20_000]
  const stack = await startStack({ durable: true, site: { grid: { limitA: wide, voltageV: 230 } } })
  try {
    const api = await signIn(stack.cloudUrl, 'operator@nova.test')
    const identities = Array.from({ length: chargers }, (_, index) => `LAT-${index}`)
    const password = 'bench-password-16'
    await addChargers(api, identities, password)
    const token = { uid: 'BENCH-TAG', type: 'ISO14443', status: 'accepted' }
    await reaching(stack, 'tokens', () => api.post('/tokens', token))
    await allKnown(stack, identities)
    const crowd = await gather({ url: stack.edge.ocppUrl, identities, password })
    await Promise.all(crowd.map(boot))
    const took = await measure({ stack, api, crowd, starts })
    disband(crowd)
    const value = percentile(took, 0.99)
    show({
      name: 'start.latency',
      value,
      unit: 'ms p99',
      limit: `floor ${floorMs}`,
      met: value <= floorMs,
      ratio: value / floorMs,
      p50: percentile(took, 0.5),
      chargers,
      starts
    })
  } finally {
    await stack.stop()
  }
}

async function boot(member: CrowdMember): Promise<void> {
  await member.call('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'load' })
  const status = {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Preparing',
    timestamp: new Date().toISOString()
  }
  await member.call('StatusNotification', status)
}

type Measure = {
  readonly stack: Stack
  readonly api: Api
  readonly crowd: readonly CrowdMember[]
  readonly starts: number
}

async function measure({ api, crowd, starts }: Measure): Promise<number[]> {
  let registerWh = 1_000
  const timer = setInterval(() => {
    registerWh += 10
    for (const member of crowd)
      member
        .call('MeterValues', meterValues(1, undefined, registerWh, new Date().toISOString()))
        .catch(() => undefined) // A dropped charger shows as a start that does not arrive.
  }, reportEveryMs)
  const took: number[] = []
  try {
    for (let index = 0; index < starts; index++) {
      const member = crowd[index % crowd.length]
      if (member) took.push(await oneStart(api, member))
      await wait(20)
    }
  } finally {
    clearInterval(timer)
  }
  return took
}

async function oneStart(api: Api, member: CrowdMember): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const late = setTimeout(() => reject(new Error(`no RemoteStartTransaction at ${member.identity}`)), 10_000)
  member.onCall((action) => {
    if (action === 'RemoteStartTransaction') resolve(performance.now())
    return { status: action === 'RemoteStartTransaction' ? 'Rejected' : 'Accepted' } // No session is wanted.
  })
  const begun = performance.now()
  const payload = { connector: `${member.identity}:1:1`, tokenUid: 'BENCH-TAG' }
  await api.post(`/chargers/${member.identity}/commands`, { action: 'start', payload })
  const arrived = await promise
  clearTimeout(late)
  return arrived - begun
}
