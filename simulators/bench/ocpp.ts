import { startEdgeAlone } from '../scenarios/edge-alone.ts'
import { startChild } from './child.ts'
import { type CrowdMember, disband, gather, meterValues } from './crowd.ts'
import { median, show } from './figure.ts'

const connections = 100
const warmUpMs = 1_000
const password = 'bench-password-16'

/**
 * Edge OCPP intake: MeterValues over 100 connections, one CALL outstanding each, validated, shadowed and durably
 * committed, beside a bare `ws` server that parses and answers, and beside the `ocpp-rpc` server in strict mode,
 * which stores nothing. The three are measured in turns on the same two cores, load included.
 */
export async function benchOcpp({ short }: { readonly short: boolean }): Promise<void> {
  const rounds = short ? 1 : 5
  const measureMs = short ? 2_000 : 4_000
  const identities = Array.from({ length: connections }, (_, index) => `LOAD-${index}`)
  const edge = await startEdgeAlone({ identities, password })
  const echo = await startChild('./peer-echo.ts')
  const rpc = await startChild('./peer-ocpp-rpc.ts')
  const rates = { edge: [] as number[], echo: [] as number[], rpc: [] as number[] }
  const urls = { edge: edge.ocppUrl, echo: `ws://127.0.0.1:${echo.port}`, rpc: `ws://127.0.0.1:${rpc.port}` }
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of ['edge', 'echo', 'rpc'] as const) {
        rates[name].push(await rateOf({ url: urls[name], identities, measureMs }))
      }
    }
  } finally {
    await Promise.all([edge.stop(), echo.stop(), rpc.stop()])
  }
  const [ours, bare, peer] = [median(rates.edge), median(rates.echo), median(rates.rpc)]
  show({
    name: 'ocpp.intake',
    value: ours,
    unit: 'messages/s',
    limit: 'floor 0.40 of the bare ws server, aim 0.70',
    ratio: ours / bare,
    peers: { bareWs: bare, ocppRpcStrict: peer },
    connections,
    rounds
  })
}

type Load = { readonly url: string; readonly identities: readonly string[]; readonly measureMs: number }

async function rateOf({ url, identities, measureMs }: Load): Promise<number> {
  const crowd = await gather({ url, identities, password })
  try {
    await Promise.all(crowd.map(boot))
    await pump(crowd, warmUpMs)
    const begun = performance.now()
    const count = await pump(crowd, measureMs)
    return (count / (performance.now() - begun)) * 1000
  } finally {
    disband(crowd)
  }
}

const boot = (member: CrowdMember) =>
  member.call('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'load' })

async function pump(crowd: readonly CrowdMember[], forMs: number): Promise<number> {
  const until = performance.now() + forMs
  const counts = await Promise.all(crowd.map((member) => pumpOne(member, until)))
  return counts.reduce((sum, each) => sum + each, 0)
}

const registers = new Map<string, number>()

async function pumpOne(member: CrowdMember, until: number): Promise<number> {
  let registerWh = registers.get(member.identity) ?? 1_000
  let count = 0
  while (performance.now() < until) {
    registerWh += 1
    await member.call('MeterValues', meterValues(1, undefined, registerWh, new Date().toISOString()))
    count++
  }
  registers.set(member.identity, registerWh)
  return count
}
