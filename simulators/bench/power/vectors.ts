import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A real charging session; times are periods of five minutes since 2019-03-01 00:00 in Los Angeles. */
export type AcnSession = {
  readonly arrival: number
  readonly departure: number
  readonly station: number // Index into the stations.
  readonly requestedWh: number
  readonly carMaxW: number
}

/** A charging post, in the order in which the network registered them. */
export type Station = {
  readonly id: string
  readonly between: 'AB' | 'BC' | 'CA'
  readonly pod: 'AV' | 'CC' | null
  readonly kind: 'AeroVironment' | 'ClipperCreek'
}

/** What acnportal delivers; `energyPercent` of all that was asked for. */
export type PeerRow = {
  readonly network: string
  readonly algorithm: string
  readonly capacityKw: number
  readonly energyPercent: number
  readonly fullyMetPercent: number
  readonly seconds: number
}

export type Acn = {
  readonly stations: readonly Station[]
  readonly sessions: readonly AcnSession[]
  readonly peers: readonly PeerRow[]
}

const root = fileURLToPath(new URL('../../../../shared/vectors/acn/', import.meta.url))
export const folder = process.env['NOVA_VECTORS'] === undefined ? root : `${process.env['NOVA_VECTORS']}/acn/`

/** The sessions, stations and peer figures from where they lie; null where the folder is missing. */
export function readAcn(): Acn | null {
  if (!existsSync(folder)) return null
  const stations = table('stations.csv').map(stationOf)
  const at = new Map(stations.map(({ id }, index) => [id, index]))
  const sessions = table('caltech_2019-03_sessions.csv').map((row) => sessionOf(row, at))
  return { stations, sessions, peers: table('peer_acnportal_2019-03.csv').map(peerOf) }
}

type Cells = Readonly<Record<string, string>>

/** A CSV with a heading; the sources' fields carry no line breaks, and quotes only around commas. */
function table(name: string): Cells[] {
  const [head = '', ...lines] = readFileSync(`${folder}${name}`, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => {
    const cells = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain
    )
    return Object.fromEntries(names.map((each, index) => [each, cells[index] ?? '']))
  })
}

function stationOf({
  station_id: id = '',
  line_to_line: between,
  pod,
  quantised_evse: kind
}: Cells): Station {
  if (between !== 'AB' && between !== 'BC' && between !== 'CA') throw new Error(`${id}: between ${between}`)
  if (kind !== 'AeroVironment' && kind !== 'ClipperCreek') throw new Error(`${id}: a ${kind}`)
  return { id, between, pod: pod === 'AV' || pod === 'CC' ? pod : null, kind }
}

function sessionOf(row: Cells, at: ReadonlyMap<string, number>): AcnSession {
  const station = at.get(row['station_id'] ?? '')
  if (station === undefined) throw new Error(`session at unknown station ${row['station_id']}`)
  return {
    arrival: Number(row['arrival_period']),
    departure: Number(row['departure_period']),
    station,
    requestedWh: Number(row['requested_kwh']) * 1000,
    carMaxW: Number(row['battery_max_kw']) * 1000
  }
}

const peerOf = (row: Cells): PeerRow => ({
  network: row['network'] ?? '',
  algorithm: row['algorithm'] ?? '',
  capacityKw: Number(row['cap_kw']),
  energyPercent: Number(row['delivered_pct']),
  fullyMetPercent: Number(row['demands_fully_met_pct']),
  seconds: Number(row['python_run_s'])
})
