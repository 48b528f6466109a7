import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

/** A place outside the database for signed checkpoints: a folder, a write-once bucket, a partner's mailbox. */
export type Outside = {
  append(tenantId: string, note: string): Promise<void>
  /** Every note of the tenant, oldest first. */
  read(tenantId: string): Promise<readonly string[]>
  /** The last notes of the tenant, oldest first: some, of which the last was the last to come; none when there are none. */
  latest(tenantId: string): Promise<readonly string[]>
}

const Line = z.object({ note: z.string() })

/** One file a tenant in `folder`, one JSON line a note; copy it off the machine, or mount a folder that is not its own. */
export function outsideFolder(folder: string): Outside {
  const fileOf = (tenantId: string): string => path.join(folder, `${tenantId}.jsonl`)
  return {
    async append(tenantId, note) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await appendFile(fileOf(tenantId), `${JSON.stringify({ note })}\n`, { mode: 0o600, flush: true })
    },
    async read(tenantId) {
      return notesIn(await readFile(fileOf(tenantId), 'utf8').catch(absentAsEmpty))
    },
    async latest(tenantId) {
      return notesIn(await tailOf(fileOf(tenantId)).catch(absentAsEmpty))
    }
  }
}

const tailBytes = 16_384 // Some thirty notes.

/** The end of a file; its first line may lack its beginning and then is none. */
async function tailOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const from = Math.max(0, size - tailBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

const notesIn = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const parsed = Line.safeParse(jsonOf(line))
    return parsed.success ? [parsed.data.note] : []
  })

function absentAsEmpty(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
  throw cause
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // A line that a power cut left half-written.
  }
}
