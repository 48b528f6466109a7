import { type EdgeProcess, startEdgeAlone } from '../scenarios/edge-alone.ts'
import { localGet } from '../scenarios/fleet.ts'
import { startChild } from './child.ts'
import { median, show } from './figure.ts'
import { cardOf, talker, type Place, type Talker } from './intake.ts'

const floorRatio = 0.4
const connections = 100
const password = 'bench-password-16'
const servers = ['edge', 'echo', 'rpc'] as const
const named = (prefix: string): string[] =>
  Array.from({ length: connections }, (_, index) => `${prefix}-${index}`)

/**
 * Edge OCPP intake: MeterValues over 100 connections, one CALL outstanding each, validated, shadowed and durably
 * committed, beside a bare `ws` server that parses and answers, and beside the `ocpp-rpc` server in strict mode,
 * which stores nothing. The three are measured in turns on the same two cores, load included; once for readings of
 * idle connectors and once for those of running transactions, which money is made of: each is kept as it came. After
 * that the edge is killed outright, and every reading it has answered for must still be there.
 */
export async function benchOcpp({ short }: { readonly short: boolean }): Promise<void> {
  const rounds = short ? 1 : 5
  const measureMs = short ? 2_000 : 4_000
  const [idle, charging] = [named('LOAD'), named('CHARGE')]
  const tokens = charging.map((identity) => ({ uid: cardOf(identity), type: 'ISO14443', status: 'accepted' }))
  const edge = await startEdgeAlone({ identities: [...idle, ...charging], password, site: { tokens } })
  const echo = await startChild('./peer-echo.ts')
  const rpc = await startChild('./peer-ocpp-rpc.ts')
  const urls = { edge: edge.ocppUrl, echo: `ws://127.0.0.1:${echo.port}`, rpc: `ws://127.0.0.1:${rpc.port}` }
  try {
    await measure('ocpp.intake', { rounds, measureMs, urls, identities: idle, inTransaction: false })
    const run = { rounds, measureMs, urls, identities: charging, inTransaction: true }
    await measure('ocpp.intake.charging', run, (ours) => lostAfterKill(edge, ours))
  } finally {
    await Promise.all([edge.stop(), echo.stop(), rpc.stop()])
  }
}

type Run = Pick<Place, 'identities' | 'inTransaction'> & {
  readonly rounds: number
  readonly measureMs: number
  readonly urls: Readonly<Record<(typeof servers)[number], string>>
}

async function measure(name: string, run: Run, after?: (ours: Talker) => Promise<number>): Promise<void> {
  const { rounds, measureMs, urls, identities, inTransaction } = run
  const at = (server: keyof typeof urls): Talker =>
    talker({ url: urls[server], identities, password, inTransaction })
  const talkers = { edge: at('edge'), echo: at('echo'), rpc: at('rpc') }
  const rates = { edge: [] as number[], echo: [] as number[], rpc: [] as number[] }
  for (let round = 0; round < rounds; round++)
    for (const server of servers) rates[server].push(await talkers[server].rate(measureMs))
  const lost = await after?.(talkers.edge)
  const [ours, bare, peer] = [median(rates.edge), median(rates.echo), median(rates.rpc)]
  show({
    name,
    value: ours,
    unit: 'messages/s',
    limit: `floor ${floorRatio.toFixed(2)} of the bare ws server, aim 0.70`,
    met: ours / bare >= floorRatio,
    ratio: ours / bare,
    peers: { bareWs: bare, ocppRpcStrict: peer },
    connections,
    rounds,
    ...(lost === undefined ? {} : { lostWhAfterKill: lost })
  })
  if (lost !== undefined && lost > 0) process.exitCode = 1
}

type Running = { readonly items: readonly { readonly chargerId: string; readonly energyWh: number | null }[] }

/** `kill -9`, and another start: how many Wh of what was acknowledged no session knows any more. */
async function lostAfterKill(edge: EdgeProcess, { acknowledgedWh }: Talker): Promise<number> {
  await edge.kill()
  await edge.start()
  const { items } = await localGet<Running>({ edge }, '/sessions?limit=200')
  const known = new Map(items.map(({ chargerId, energyWh }) => [chargerId, energyWh ?? 0]))
  return [...acknowledgedWh].reduce(
    (lost, [identity, registerWh]) => lost + Math.max(0, registerWh - 1_000 - (known.get(identity) ?? 0)),
    0
  )
}
