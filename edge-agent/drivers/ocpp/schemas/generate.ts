import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compile, officialSchemas } from './compile.ts'

/**
 * Compiles the official OCPP schemas ahead of time into `generated/` (not in git). Run by the set-up; may be
 * run again at any time. Files appear whole or not at all, so that two runs at once do no harm.
 */
const versions = { 'ocpp1.6.cjs': 'ocpp1_6.json' } as const

const folder = path.join(import.meta.dirname, 'generated')
mkdirSync(folder, { recursive: true })
for (const [made, source] of Object.entries(versions)) {
  const unfinished = path.join(folder, `${made}.${process.pid}`)
  writeFileSync(
    unfinished,
    `// @ts-nocheck: made by schemas/generate.ts\n${compile(officialSchemas(source))}`
  )
  renameSync(unfinished, path.join(folder, made))
}
