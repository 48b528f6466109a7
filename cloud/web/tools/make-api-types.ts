import { mkdir, writeFile } from 'node:fs/promises'
import { typesFrom, type OpenApi } from './api-types.ts'

/** `node cloud/web/tools/make-api-types.ts [http://127.0.0.1:8080]`: asks a running cloud and writes its types. */
const cloud = process.argv[2] ?? 'http://127.0.0.1:8080'
const answer = await fetch(`${cloud}/api/v1/openapi.json`)
if (!answer.ok) throw new Error(`${cloud} answered ${answer.status}`)
const folder = new URL('../kit/generated/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('api.ts', folder), typesFrom((await answer.json()) as OpenApi))
