import { appendFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Database } from '../../db/index.ts'
import type { Head } from './audit.ts'
import { markSealed } from './marks.ts'

const keptHeads = 1_000 // The last ones of a tenant are enough to find a cut: each covers all before it.

const Line = z.object({
  tenantId: z.string(),
  sequence: z.int(),
  hash: z.string(),
  at: z.string(),
  signature: z.string()
})

export type Seal = { sign(text: string): string; verify(text: string, signature: string): boolean }

/** Heads of all audit trails, signed, in a file outside the database; copy it off the machine. */
export function openHeads(file: string, seal: Seal) {
  const written = new Map<string, Head>()
  const text = (line: Omit<z.infer<typeof Line>, 'signature'>): string =>
    JSON.stringify([line.tenantId, line.sequence, line.hash, line.at])
  return {
    /** Adds the heads that moved since the last time. */
    async write(database: Pick<Database, 'platform'>): Promise<void> {
      const heads = await database.platform('write audit heads', async (tx) =>
        tx.query<{ tenant_id: string; sequence: number; hash: string }>(
          'select tenant_id, sequence, hash from audit_heads where sequence > 0'
        )
      )
      const moved = heads.filter((head) => written.get(head.tenant_id)?.sequence !== head.sequence)
      if (moved.length === 0) return
      const at = new Date().toISOString()
      const lines = moved.map(({ tenant_id: tenantId, sequence, hash }) => {
        const bare = { tenantId, sequence, hash, at }
        return `${JSON.stringify({ ...bare, signature: seal.sign(text(bare)) })}\n`
      })
      await mkdir(path.dirname(file), { recursive: true })
      await appendFile(file, lines.join(''), { mode: 0o600 })
      moved.forEach((head) => written.set(head.tenant_id, head))
      await database.platform('note which audit heads are outside', async (tx) => markSealed(tx, moved))
    },
    /** The head that this process has put outside last; less than `read`, and at hand. */
    last: (tenantId: string): Head | undefined => written.get(tenantId),
    /** Heads of one tenant whose signature holds. */
    async read(tenantId: string): Promise<Head[]> {
      const lines = await readFile(file, 'utf8').catch(() => '')
      return lines
        .split('\n')
        .filter((line) => line.includes(`"${tenantId}"`))
        .slice(-keptHeads)
        .flatMap((line) => {
          const parsed = Line.safeParse(jsonOf(line))
          if (!parsed.success || parsed.data.tenantId !== tenantId) return []
          return seal.verify(text(parsed.data), parsed.data.signature) ? [parsed.data] : []
        })
    }
  }
}

export type Heads = ReturnType<typeof openHeads>

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // A line that a power cut left half-written.
  }
}
