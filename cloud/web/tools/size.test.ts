import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { test } from 'tap'

type Chunk = {
  readonly file: string
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const dist = new URL('../dist/', import.meta.url)
const manifest = new URL('.vite/manifest.json', dist)
const skip = existsSync(manifest) ? false : 'cloud/web/dist is not built (npm run setup)'
const mostKB = 200 // What a phone on a poor line fetches in a few seconds.

/** Scripts and styles that must be there before a page shows anything: its own and all they import at once. */
function filesOf(chunks: Readonly<Record<string, Chunk>>, names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const files = new Set<string>()
  const visit = (name: string): void => {
    const chunk = chunks[name]
    if (seen.has(name) || chunk === undefined) return
    seen.add(name)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    chunk.imports?.forEach(visit)
  }
  names.forEach(visit)
  return files
}

const pages = ['driver/find/find.tsx', 'driver/start/start.tsx', 'driver/session/session.tsx'] as const
for (const page of pages)
  void test(`what a driver fetches for ${page} stays small`, { skip }, async (t) => {
    const chunks = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Chunk>
    const start = ['index.html', 'driver/shell.tsx', page]
    for (const name of start) t.ok(chunks[name], `${name} is in the manifest`)
    const files = [...filesOf(chunks, start)]
    const bytes = ['index.html', ...files].reduce(
      (sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length,
      0
    )
    const kB = Math.round(bytes / 100) / 10
    t.comment(`${page}: ${kB} kB in ${files.length} files, gzip`)
    t.ok(kB < mostKB, `${kB} kB gzip, at most ${mostKB}`)
  })
