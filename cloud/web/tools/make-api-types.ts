import { mkdir, writeFile } from 'node:fs/promises'
import { typesOfCode } from './from-code.ts'

/** `npm run api-types`: writes the types of the API as the cloud's code describes it; nothing needs to run. */
const folder = new URL('../kit/generated/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('api.ts', folder), await typesOfCode())
