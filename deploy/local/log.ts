import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, type WriteStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const kept = 3 // Logs of earlier runs: enough to see what went before, little enough to forget about.
const tailLines = 8
const warning = 40 // pino's number; 50 is error, 60 fatal.
const shownPerSpell = 5
const spellMs = 10_000

/** File for one part's log; those of earlier runs move on to .1, .2, .3. */
export function freshLog(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${name}.log`)
  for (let age = kept; age >= 1; age--) {
    const from = age === 1 ? file : `${file}.${age - 1}`
    if (existsSync(from)) renameSync(from, `${file}.${age}`)
  }
  return file
}

/** Its last lines, for whoever must say why a server did not start. */
export function tailOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n') : ''
}

/** A line that a person should see: a warning, an error, or a cry that is no JSON. Undefined: only for the file. */
export function worthShowing(line: string, isError: boolean): string | undefined {
  const entry = parsed(line)
  if (entry === undefined) return isError && line.trim() !== '' ? line : undefined
  const { level, msg = entry['message'] } = entry
  const loud =
    typeof level === 'number' ? level >= warning : level === 'warn' || level === 'error' || level === 'fatal'
  return loud ? (typeof msg === 'string' ? msg : line) : undefined
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  } catch {
    return undefined // Half a line of a killed program: shown as it is.
  }
}

/** Copies a part's output into its file and shows what matters, at most a few lines in ten seconds. */
export function follow(
  streams: { out: Readable; err: Readable },
  file: string,
  show: (line: string) => void
): void {
  const log = createWriteStream(file, { flags: 'a' })
  const shown: number[] = []
  const each = (isError: boolean) => (line: string) => {
    log.write(`${line}\n`)
    const words = worthShowing(line, isError)
    if (words === undefined) return
    const now = performance.now()
    while (shown.length > 0 && now - (shown[0] ?? 0) > spellMs) shown.shift()
    shown.push(now)
    if (shown.length <= shownPerSpell) show(words)
    else if (shown.length === shownPerSpell + 1) show(`… more in ${file}`)
  }
  createInterface({ input: streams.out }).on('line', each(false))
  createInterface({ input: streams.err }).on('line', each(true))
  endWith(log, [streams.out, streams.err])
}

function endWith(log: WriteStream, streams: readonly Readable[]): void {
  let open = streams.length
  for (const stream of streams) {
    stream.once('close', () => {
      open -= 1
      if (open === 0) log.end()
    })
  }
}
