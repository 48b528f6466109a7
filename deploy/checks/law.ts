import type { Arrow, House } from './reader.ts'
import { isTest, libraries, rooms, testsSee, type Room } from './rooms.ts'

/** The room of a file: the longest folder that matches. Undefined: it stands outside all rooms. */
export function roomOf(file: string): Room | undefined {
  return rooms
    .filter(({ folder }) => covers(folder, file))
    .toSorted((one, other) => other.folder.length - one.folder.length)[0]
}

/** Whether a path (with `*` for one name) is the file or a folder above it. */
export function covers(pattern: string, file: string): boolean {
  const wanted = pattern.split('/')
  const found = file.split('/')
  return wanted.length <= found.length && wanted.every((name, index) => fits(name, found[index] ?? ''))
}

function fits(name: string, found: string): boolean {
  return name === '*' || name === found || (name === '*.ts' && found.endsWith('.ts'))
}

/** Every broken import rule, as a line for people. */
export function breaches({ files, arrows }: House): readonly string[] {
  return [
    ...[...files.keys()]
      .filter((file) => file.includes('/') && !isTest(file) && roomOf(file) === undefined)
      .map(homeless),
    ...arrows.flatMap((arrow) => fault(arrow, files) ?? [])
  ]
}

/** Test support that belongs to a whole workspace, not to one of its rooms. */
const nowhere: Room = { folder: 'tests', sees: [] }

function homeless(file: string): string {
  return `${file}: in no room; add it to deploy/checks/rooms.ts or move it`
}

function fault(arrow: Arrow, files: House['files']): string | undefined {
  const room = roomOf(arrow.from) ?? (isTest(arrow.from) ? nowhere : undefined)
  if (room === undefined) return undefined // Reported as homeless.
  const reason = arrow.ours ? oursFault(arrow, room, files) : packageFault(arrow, room)
  return reason === undefined ? undefined : `${arrow.from} → ${arrow.to}: ${reason}`
}

function oursFault(arrow: Arrow, room: Room, files: House['files']): string | undefined {
  const { from, to, spec } = arrow
  if (!files.has(to) && !/(^|\/)generated\//.test(to) && !/\.(json|css|svg|yaml)$/.test(to)) {
    return 'no such file, or no door to it (package exports; explicit .ts)'
  }
  if (isTest(from))
    return mayTest(from, to) ? undefined : 'a test sees its own workspace, simulators and deploy/local'
  if (isTest(to)) return 'production code never imports tests'
  if (spec.startsWith('.') && workspaceOf(from) !== workspaceOf(to))
    return 'another workspace is entered by its package'
  return sees(room, from, to) ? undefined : `${room.folder} does not see that room`
}

function mayTest(from: string, to: string): boolean {
  if (roomOf(from)?.folder.startsWith('simulators/') === true) return true
  return workspaceOf(from) === workspaceOf(to) || testsSee.some((folder) => covers(folder, to))
}

function sees(room: Room, from: string, to: string): boolean {
  return (own(room, from, to) || room.sees.some((folder) => covers(folder, to))) && !hidden(room, from, to)
}

/** Inside the same room; where its folders are rooms of their own, inside the same folder. */
function own(room: Room, from: string, to: string): boolean {
  if (room.apart !== true)
    return covers(room.folder, to) && (roomOf(to) === room || room.folder.endsWith('.ts'))
  const depth = room.folder.split('/').length
  const folder = from.split('/').slice(0, depth + 1)
  return from.split('/').length > depth + 1
    ? covers(folder.join('/'), to)
    : covers(room.folder, to) && isFileIn(room, to)
}

function isFileIn(room: Room, file: string): boolean {
  return file.split('/').length === room.folder.split('/').length + 1
}

/** A pure file inside a context sees its own `events.ts` and the language, nothing else of its folder. */
function hidden(room: Room, from: string, to: string): boolean {
  return room.folder.startsWith('cloud/contexts/*/') && workspaceOf(to) === 'cloud' && !isOwnEvents(from, to)
}

function isOwnEvents(from: string, to: string): boolean {
  return to === `${from.split('/').slice(0, 3).join('/')}/events.ts`
}

/** cloud/web is a workspace inside a folder of another. */
function workspaceOf(file: string): string {
  return file.startsWith('cloud/web/') ? 'cloud/web' : (file.split('/')[0] ?? '')
}

function packageFault({ from, to }: Arrow, room: Room): string | undefined {
  if (isTest(from)) return undefined
  if (room.pure !== undefined && !room.pure.includes(to)) return 'a pure room: only the language and zod'
  const library = libraries.find(({ name }) => name.test(to))
  if (library === undefined || library.rooms.some((folder) => covers(folder, from))) return undefined
  return `${to} is imported only in ${library.rooms.join(', ') || 'no room'}`
}

/** Each cycle once, as the files along it. Tests are leaves and cannot close one. */
export function cycles({ arrows }: House): readonly string[] {
  const next = new Map<string, string[]>()
  for (const { from, to, ours } of arrows)
    if (ours && from !== to) next.set(from, [...(next.get(from) ?? []), to])
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  for (const file of next.keys()) walk(file, { next, state, found, way: [] })
  return found
}

type Walk = {
  readonly next: ReadonlyMap<string, readonly string[]>
  readonly state: Map<string, 'open' | 'done'>
  readonly found: string[]
  readonly way: readonly string[]
}

function walk(file: string, search: Walk): void {
  const { next, state, found, way } = search
  if (state.get(file) === 'done') return
  if (state.get(file) === 'open') {
    found.push([...way.slice(way.indexOf(file)), file].join(' → '))
    return
  }
  state.set(file, 'open')
  for (const to of next.get(file) ?? []) walk(to, { ...search, way: [...way, file] })
  state.set(file, 'done')
}
