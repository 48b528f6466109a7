import { covers } from './law.ts'
import type { House } from './reader.ts'
import { isTest } from './rooms.ts'

const open = '<!-- plan: drawn by npm run plan -->'
const close = '<!-- /plan -->'

type Outline = { readonly name: string; readonly folder: string; readonly closed?: true }

/** Outlines of the plan, top to bottom; a closed one is drawn as one box. The first that covers a file has it. */
const outlines: readonly Outline[] = [
  { name: 'simulators', folder: 'simulators' },
  { name: 'web', folder: 'cloud/web', closed: true },
  { name: 'cloud', folder: 'cloud' },
  { name: 'edge-agent', folder: 'edge-agent' },
  { name: 'firmware-bridge', folder: 'firmware-bridge' },
  { name: 'shared-protocol', folder: 'shared-protocol' }
]

/** The arrows between rooms that production code really has, as a Mermaid graph. */
export function drawing({ files, arrows }: House): string {
  const shown = [...files.keys()].filter((file) => !isTest(file))
  const lines = new Set(
    arrows.filter(({ from, ours }) => ours && !isTest(from)).flatMap(({ from, to }) => line(from, to) ?? [])
  )
  const body = [...outlines.flatMap((outline) => boxes(outline, shown)), ...[...lines].toSorted()]
  return ['```mermaid', 'flowchart TD', ...body, '```'].join('\n')
}

function line(from: string, to: string): string | undefined {
  const [start, end] = [outlineOf(from), outlineOf(to)]
  if (start === undefined || end === undefined || boxOf(start, from) === boxOf(end, to)) return undefined
  // Everything may see the language: one arrow an outline, or the plan would be a carpet.
  if (end.name === 'shared-protocol' && start !== end) return `  ${word(start.name)} --> ${word(end.name)}`
  return `  ${boxOf(start, from)} --> ${boxOf(end, to)}`
}

function boxes(outline: Outline, files: readonly string[]): readonly string[] {
  const inside = files.filter((file) => outlineOf(file) === outline)
  if (inside.length === 0) return []
  if (outline.closed === true) return [`  ${word(outline.name)}["${outline.name}"]`]
  const rooms = [
    ...new Set(inside.map((file) => `    ${boxOf(outline, file)}["${roomIn(outline, file)}"]`))
  ].toSorted()
  return [`  subgraph ${word(outline.name)}["${outline.name}"]`, ...rooms, '  end']
}

function boxOf(outline: Outline, file: string): string {
  return outline.closed === true ? word(outline.name) : word(`${outline.name}/${roomIn(outline, file)}`)
}

/** First folder, or the file itself, below the outline's folder. */
function roomIn({ folder }: Outline, file: string): string {
  return file.split('/')[folder.split('/').length] ?? file
}

function word(name: string): string {
  return name.replaceAll(/[^a-z0-9]/g, '_')
}

function outlineOf(file: string): Outline | undefined {
  return outlines.find(({ folder }) => covers(folder, file))
}

/** The README with the plan put between its markers. @throws Error when the markers are gone */
export function withPlan(readme: string, plan: string): string {
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`README.md has lost its markers ${open} and ${close}`)
  return `${readme.slice(0, start + open.length)}\n${plan}\n${readme.slice(end)}`
}
