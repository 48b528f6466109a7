import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { House } from './reader.ts'
import { isTest } from './rooms.ts'

const readmeLines = 10
const forbiddenEnding = /(Manager|Service|Util|Utils|Helper|Helpers|Impl)$/
const exported = /^export (?:abstract )?(?:class|type|function|const|async function) (\w+)/gm

/** Names that say nothing, and `I…` types. */
export function emptyNames({ files }: House): readonly string[] {
  return [...files].flatMap(([file, text]) => {
    const names = [...text.matchAll(exported)].flatMap(([, name]) => name ?? [])
    const bad = names.filter((name) => forbiddenEnding.test(name) || /^I[A-Z][a-z]/.test(name))
    const fileName = /(^|[-/])(manager|service|utils?|helpers?|impl)\.tsx?$/.test(file) ? [file] : []
    return [...fileName, ...bad.map((name) => `${file}: ${name}`)]
  })
}

/** Folders with production code but without a README.md, and READMEs longer than a newcomer reads. */
export function readmeFaults(root: string, { files }: House): readonly string[] {
  const folders = new Set([...files.keys()].filter((file) => !isTest(file)).map((file) => path.dirname(file)))
  return [...folders].filter((folder) => isRoom(folder)).flatMap((folder) => readmeFault(root, folder) ?? [])
}

/** Pages of the web and folders of cases, data or migrations are described by the folder above. */
function isRoom(folder: string): boolean {
  return (
    folder !== '.' &&
    !folder.startsWith('cloud/web/') &&
    !/\/(cases|migrations|schemas|devices|models|data)$/.test(folder)
  )
}

function readmeFault(root: string, folder: string): string | undefined {
  const file = path.join(root, folder, 'README.md')
  if (!existsSync(file)) return `${folder}: no README.md (what comes in, what goes out, what it promises)`
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '').length
  return lines > readmeLines ? `${folder}/README.md: ${lines} lines, at most ${readmeLines}` : undefined
}

/** Lines that are neither blank nor comment, of tests and of the rest, in the files that `chosen` picks. */
export function proportions(
  { files }: House,
  chosen: (file: string) => boolean
): { tests: number; code: number } {
  const sum = { tests: 0, code: 0 }
  for (const [file, text] of files) {
    if (chosen(file)) sum[isTest(file) ? 'tests' : 'code'] += codeLines(text)
  }
  return sum
}

function codeLines(text: string): number {
  const bare = text.replaceAll(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
  return bare.split('\n').filter((line) => line.trim() !== '' && !/^\s*\/\//.test(line)).length
}
