import { show } from '../figure.ts'
import { garage, networks, type NetworkName } from './caltech.ts'
import { judgeOf, type Judge } from './lines.ts'
import { playMonth, type Month } from './month.ts'
import { kilowatts, noneGiven, words, type PowerOptions } from './options.ts'
import { algorithms, scheduled, type Algorithm } from './schedulers.ts'
import { names, planSpeed, sizes, strategySpeed, type Speed } from './speed.ts'
import { folder, readAcn, type Acn, type PeerRow } from './vectors.ts'

type Run = { readonly network: NetworkName; readonly algorithm: Algorithm; readonly capacityKw: number }

/** Energy delivered in March 2019 beside acnportal, and violations of lines. */
export async function benchPower(options: PowerOptions): Promise<void> {
  const acn = readAcn()
  if (acn === null) process.stderr.write(`power: no sessions at ${folder}: delivered energy is skipped\n`)
  else await delivered(acn, runsOf(options, acn.peers))
  if (acn !== null && noneGiven(options)) await sumAlone(acn, 50)
}

const shortCapacities = [30, 50]

function runsOf(options: PowerOptions, peers: readonly PeerRow[]): Run[] {
  const inTable = [...new Set(peers.filter(isRun).map(({ capacityKw }) => capacityKw))].toSorted(
    (a, b) => a - b
  )
  const capacities = kilowatts(options.capacities)
  const wanted: Run[] = words('networks', options.networks, networks).flatMap((network) =>
    words('algorithms', options.algorithms, Object.keys(algorithms) as Algorithm[]).flatMap((algorithm) =>
      (capacities ?? (options.short ? shortCapacities : inTable)).map((capacityKw) => ({
        network,
        algorithm,
        capacityKw
      }))
    )
  )
  return capacities === undefined ? wanted.filter((run) => peerOf(run, peers) !== undefined) : wanted
}

const isRun = ({ network, algorithm }: PeerRow): boolean =>
  networks.some((each) => each === network) && Object.hasOwn(algorithms, algorithm)

const peerOf = (run: Run, peers: readonly PeerRow[]): PeerRow | undefined =>
  peers.find(
    ({ network, algorithm, capacityKw }) =>
      network === run.network && algorithm === run.algorithm && capacityKw === run.capacityKw
  )

/** Points of a percentage by which the peer may be missed. */
const missPoints = { three_phase: 0.05, three_phase_q: 0.1, single_phase: 0.05 } as const

async function delivered(acn: Acn, runs: readonly Run[]): Promise<void> {
  let [violations, steps] = [0, 0]
  for (const run of runs) {
    const { month, over, seconds } = await play(acn, run, judgeOf(acn.stations, run.network, run.capacityKw))
    violations += over
    steps += month.busy
    const peer = peerOf(run, acn.peers)
    show({
      name: 'delivered',
      ...run,
      value: month.deliveredPercent,
      unit: '%',
      ...(peer && beside(run, month, peer)),
      fullyMetPercent: month.fullyMetPercent,
      peakKw: month.peakKw,
      lineViolations: over,
      steps: month.busy,
      seconds
    })
    if (isReference(run)) showMonth(seconds, peer)
  }
  show({ name: 'line-limit violations', value: violations, unit: 'steps', limit: 0, steps })
}

const beside = ({ network }: Run, month: Month, peer: PeerRow) => ({
  limit: `within ${missPoints[network]} points of acnportal`,
  met: Math.abs(month.deliveredPercent - peer.energyPercent) <= missPoints[network],
  ratio: month.deliveredPercent / peer.energyPercent,
  peers: {
    acnportal: peer.energyPercent,
    acnportalFullyMet: peer.fullyMetPercent,
    acnportalSeconds: peer.seconds
  },
  missPoints: month.deliveredPercent - peer.energyPercent
})

const isReference = ({ network, algorithm, capacityKw }: Run): boolean =>
  network === 'three_phase' && algorithm === 'LLF' && capacityKw === 30

function showMonth(seconds: number, peer: PeerRow | undefined): void {
  show({
    name: 'month with LLF',
    value: seconds,
    unit: 's',
    limit: 3,
    met: seconds <= 3,
    ...(peer && { ratio: seconds / peer.seconds, peers: { acnportal: peer.seconds } })
  })
}

type Played = { readonly month: Month; readonly over: number; readonly seconds: number }

async function play(acn: Acn, run: Run, judge: Judge): Promise<Played> {
  let over = 0
  const network = garage(acn.stations, run.network, run.capacityKw)
  const schedule = scheduled(acn.stations, network, { name: run.network, algorithm: run.algorithm })
  const began = performance.now()
  const month = await playMonth(acn.sessions, acn.stations.length, schedule, (_, pilotA, drawnA) => {
    if (judge(pilotA) > 0 || judge(drawnA) > 0) over++
  })
  return { month, over, seconds: (performance.now() - began) / 1000 }
}

/** What the same algorithm does to the lines when it only knows the sum. */
async function sumAlone(acn: Acn, capacityKw: number): Promise<void> {
  let over = 0
  const judge = judgeOf(acn.stations, 'three_phase', capacityKw)
  const network = garage(acn.stations, 'single_phase', capacityKw)
  const schedule = scheduled(acn.stations, network, { name: 'single_phase', algorithm: 'LLF' })
  const month = await playMonth(acn.sessions, acn.stations.length, schedule, (_, __, drawnA) => {
    if (judge(drawnA) > 0) over++
  })
  show({
    name: 'line-limit violations of scheduling on the sum alone',
    algorithm: 'LLF',
    capacityKw,
    value: over,
    unit: 'steps',
    steps: month.busy,
    peers: { acnportal: 1142 },
    ratio: over / 1142
  })
}

const aimsMs = { 54: 0.3, 500: 3, 5000: 30 } as const

/** How long one decision takes, of each strategy alone and of a whole cycle's thinking. */
export function benchSpeeds(short: boolean): void {
  for (const strategy of names) {
    const leasts = sizes.map((connectors) => {
      const speed = strategySpeed(connectors, strategy, short)
      showSpeed('decision p99', { strategy, connectors }, speed)
      return speed.leastMs
    })
    growth(strategy, leasts)
  }
  for (const connectors of sizes)
    showSpeed('plan p99', { strategy: 'equal', connectors }, planSpeed(connectors, 'equal', short))
}

type Who = { readonly strategy: string; readonly connectors: keyof typeof aimsMs }

/** The quiet percentile is the figure where enough were quiet: what the processor did for us; else the clock's. */
function showSpeed(name: string, who: Who, { quietP99Ms, ...more }: Speed): void {
  const limit = aimsMs[who.connectors]
  const value = quietP99Ms ?? more.p99Ms
  show({ name, ...who, value, unit: 'ms', limit, met: value <= limit, ratio: value / limit, ...more })
}

/** Time for ten times the connectors, beside what n log n would make of it; least times, for a shared machine. */
function growth(strategy: string, [, some = 0, many = 0]: readonly number[]): void {
  const [, small, large] = sizes
  const limit = (large * Math.log(large)) / (small * Math.log(small))
  const value = many / some
  show({
    name: 'growth 500 to 5000',
    strategy,
    value,
    unit: 'times',
    limit,
    met: value <= limit,
    ratio: value / limit
  })
}
