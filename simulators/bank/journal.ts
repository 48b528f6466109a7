import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Hold } from './accounts.ts'

export type Answer = { readonly status: number; readonly body: unknown }
type Line = {
  readonly hold?: Hold
  readonly key?: string
  readonly request?: string
  readonly answer?: Answer
}

/** Holds and first answers, in memory and in a file that is replayed at the start. */
export type Journal = {
  readonly holds: ReadonlyMap<string, Hold>
  answered(key: string): { readonly request: string; readonly answer: Answer } | undefined
  write(line: Line): void
}

/** Without a file nothing outlives the process. A torn last line is what a kill leaves: it was never answered. */
export function openJournal(file: string | undefined): Journal {
  const holds = new Map<string, Hold>()
  const answers = new Map<string, { request: string; answer: Answer }>()
  const take = ({ hold, key, request, answer }: Line): void => {
    if (hold) holds.set(hold.id, hold)
    if (key !== undefined && request !== undefined && answer) answers.set(key, { request, answer })
  }
  if (file !== undefined) {
    mkdirSync(path.dirname(file), { recursive: true })
    for (const text of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) take(parsed(text))
  }
  return {
    holds,
    answered: (key) => answers.get(key),
    write(line) {
      take(line)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`)
    }
  }
}

function parsed(text: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch {
    return {}
  }
}
