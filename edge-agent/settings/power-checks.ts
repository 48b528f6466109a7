import {
  connectorPhases,
  phasesOf,
  ratingOf,
  type Charger,
  type PhaseRotation
} from '@nova/shared-protocol/model'
import type { Located } from './located.ts'
import type { Problem } from './problem.ts'
import type { SiteFile } from './schema.ts'

/** What no single field of the power part can show. */
export function checkPower(file: SiteFile, located: Located): Problem[] {
  return [
    ...participants(file, located),
    ...phases(file, located),
    ...fallbackWatts(file, located),
    ...failsafeWatts(file, located),
    ...gridOperator(file, located),
    ...sharedIds(file, located)
  ]
}

function participants({ devices, circuits }: SiteFile, located: Located): Problem[] {
  const known = ['grid', ...circuits.map(({ id }) => id)]
  return devices.flatMap((device, index) =>
    device.kind === 'meter' || known.includes(device.circuit)
      ? []
      : [
          located.problem(
            ['devices', index, 'circuit'],
            `"${device.circuit}", which is not there`,
            known.join(', ')
          )
        ]
  )
}

type Hung = { readonly list: 'chargers' | 'devices'; readonly index: number } & {
  readonly circuit: string
  readonly phases: readonly (0 | 1 | 2)[]
  readonly rotation: PhaseRotation
}

/** A phase of 0 A beside others that carry something is a phase that is not there. */
function phases(file: SiteFile, located: Located): Problem[] {
  const limits = limitsByNode(file)
  return hungOf(file).flatMap(({ list, index, circuit, phases: used, rotation }) => {
    const missing = wayFrom(file, circuit).flatMap((node) => {
      const limitA = limits.get(node) ?? [0, 0, 0]
      const isThere = limitA.some((each) => each > 0)
      return isThere ? used.filter((phase) => limitA[phase] === 0).map((phase) => ({ node, phase })) : []
    })
    const [first] = missing
    if (first === undefined) return []
    const there = (limits.get(first.node) ?? []).flatMap((each, phase) => (each > 0 ? ['RST'[phase]] : []))
    return [
      located.problem(
        [list, index, 'phaseRotation'],
        `${rotation} with L${first.phase + 1}, which ${first.node} does not have`,
        `phases of ${first.node}: ${there.join(', ')}`
      )
    ]
  })
}

function hungOf({ chargers, devices }: SiteFile): Hung[] {
  return [
    ...chargers.map((charger, index): Hung => {
      const used = connectorsOf(charger).flatMap((connector) => connectorPhases(charger, connector))
      const { circuit = 'grid', phaseRotation: rotation } = charger
      return { list: 'chargers', index, circuit, phases: [...new Set(used)], rotation }
    }),
    ...devices.flatMap((device, index): Hung[] => {
      if (device.kind === 'meter') return []
      const { circuit, phaseRotation: rotation } = device
      return [{ list: 'devices', index, circuit, phases: phasesOf(rotation), rotation }]
    })
  ]
}

const connectorsOf = ({ evses }: Charger) => evses.flatMap(({ connectors }) => connectors)

const limitsByNode = ({ grid, circuits }: SiteFile): ReadonlyMap<string, readonly [number, number, number]> =>
  new Map([['grid', grid.limitA] as const, ...circuits.map(({ id, limitA }) => [id, limitA] as const)])

/** A loop ends where it began; that it is one is told elsewhere. */
function wayFrom({ circuits }: SiteFile, start: string): string[] {
  const parents = new Map(circuits.map(({ id, parent }) => [id, parent]))
  const way: string[] = []
  for (let at: string | undefined = start; at !== undefined && !way.includes(at); at = parents.get(at))
    way.push(at)
  return way.includes('grid') ? way : [...way, 'grid']
}

/** The amperes are looked at by the allocator; this is the same for circuits that are limited in watts. */
function fallbackWatts(file: SiteFile, located: Located): Problem[] {
  const loads = file.chargers.map((charger) => ({
    way: wayFrom(file, charger.circuit ?? 'grid'),
    watts: unguidedW(charger, file.grid.voltageV)
  }))
  return file.circuits.flatMap(({ id, limitW }, index) => {
    const sum = loads.filter(({ way }) => way.includes(id)).reduce((all, { watts }) => all + watts, 0)
    if (limitW === undefined || sum <= limitW) return []
    return [
      located.problem(
        ['circuits', index, 'limitW'],
        `${limitW}, and the fallbacks behind ${id} add up to ${Math.round(sum)} W`,
        `${Math.round(sum)} or more, or a lower fallbackA`
      )
    ]
  })
}

/**
 * The cloud is silent, and so is a charger or the whole edge: what then still flows may not be more than is said to
 * be allowed. Those without a stated fallback get one only where there is room (`settleFallbacks`).
 */
function failsafeWatts({ failsafe, chargers, grid }: SiteFile, located: Located): Problem[] {
  const { limitW } = failsafe
  const sum = Math.round(chargers.reduce((all, charger) => all + unguidedW(charger, grid.voltageV), 0))
  if (limitW === undefined || sum <= limitW) return []
  return [
    located.problem(
      ['failsafe', 'limitW'],
      `${limitW}, and the fallbacks of all chargers add up to ${sum} W, which they draw when nobody reaches them`,
      `${sum} or more, or a lower fallbackA`
    )
  ]
}

/** What it draws when nobody guides it: its stated fallback; full power when it is not managed. */
function unguidedW(charger: Charger, voltageV: number): number {
  return connectorsOf(charger).reduce((sum, connector) => {
    const used = connectorPhases(charger, connector).length
    const ratingA = ratingOf(connector.maxPowerW, used, voltageV) / 1000
    const amps = charger.managed ? Math.min(charger.fallbackA ?? 0, ratingA) : ratingA
    return sum + amps * used * voltageV
  }, 0)
}

const reserved = ['wiring', 'failsafe', 'contract', 'operator']

function gridOperator({ gridOperator: box, grid }: SiteFile, located: Located): Problem[] {
  if (box === undefined) return []
  const at = (field: string, found: string, allowed: string) => [
    located.problem(['gridOperator', field], found, allowed)
  ]
  const carriedW = grid.limitA.reduce((sum, each) => sum + each * grid.voltageV, 0)
  const isTooMuch = (watts: number | undefined) => watts !== undefined && watts > 10 * carriedW
  const most = `at most ${Math.round(10 * carriedW)}, ten times what the connection carries`
  return [
    ...(reserved.includes(box.source)
      ? at('source', `"${box.source}"`, `any but ${reserved.join(', ')}`)
      : []),
    ...(box.kind === 'modbus' && box.address === undefined
      ? at('address', 'nothing', 'tcp://host:port with kind modbus')
      : []),
    ...(isTooMuch(box.failsafeW) ? at('failsafeW', `${box.failsafeW}`, most) : []),
    ...(isTooMuch(box.dimmedW) ? at('dimmedW', `${box.dimmedW}`, most) : []),
    ...(box.dimmedW !== undefined && box.kind !== 'relay'
      ? at('dimmedW', `a value with kind ${box.kind}`, 'only with kind relay: the others say their limit')
      : [])
  ]
}

/** Chargers, devices and circuits are spoken of by their ids alone: in the tree, in shadows, in alarms. */
function sharedIds({ chargers, devices, circuits }: SiteFile, located: Located): Problem[] {
  const others = new Map<string, string>([
    ...chargers.map(({ id }, index) => [id, `chargers[${index}]`] as const),
    ...circuits.map(({ id }, index) => [id, `circuits[${index}]`] as const)
  ])
  return devices.flatMap(({ id }, index) => {
    const other = others.get(id)
    if (other === undefined) return []
    return [
      located.problem(
        ['devices', index, 'id'],
        `"${id}", which is the id of ${other} too`,
        'an id of its own'
      )
    ]
  })
}
