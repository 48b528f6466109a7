import { createHash } from 'node:crypto'
import { Desired, type DesiredVersions, Section, type SectionBody } from '@nova/shared-protocol/messages'
import type { Database, Listener, Tx } from '../../db/index.ts'

/** Where the bodies of the sections come from; each is asked in the tenant's own transaction. */
export type Sources = { readonly [Name in Section]: (tx: Tx, siteId: string) => Promise<SectionBody<Name>> }

/** Which event changes which section, and of which site; `all` means every site of the tenant. */
export type Trigger = {
  readonly kind: string
  readonly section: Section
  readonly siteOf: (body: unknown) => string
}

export type Needs = {
  readonly database: Database
  readonly sources: Sources
  readonly triggers: readonly Trigger[]
  push(message: Desired): Promise<void>
  readonly log: { warn(fields: object, text: string): void }
}

type Kept = { readonly version: number; readonly body: string; readonly moved: boolean }

/** Keeps what each site should know up to date and sends what is new, within a second of the change. */
export function desiredListener(needs: Needs): Listener {
  return {
    name: 'sites-desired',
    kinds: [...new Set(needs.triggers.map(({ kind }) => kind))],
    async handle(tx, events) {
      const wanted = new Map<string, Set<Section>>()
      for (const { kind, body } of events) {
        for (const trigger of needs.triggers.filter((each) => each.kind === kind)) {
          for (const siteId of await sitesOf(tx, trigger.siteOf(body)))
            wanted.set(siteId, (wanted.get(siteId) ?? new Set()).add(trigger.section))
        }
      }
      for (const [siteId, sections] of wanted) {
        for (const section of sections) {
          const kept = await refresh(needs, tx, { siteId, section })
          if (kept.moved) tx.afterCommit(() => send(needs, { siteId, section }, kept))
        }
      }
    }
  }
}

async function sitesOf(tx: Tx, siteId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`select id from sites where $1 = 'all' or id = $1`, [siteId])
  return rows.map(({ id }) => id)
}

type Place = { readonly siteId: string; readonly section: Section }

/** Makes the section anew; the version grows only when its content is another, and beyond `above`. */
async function refresh(needs: Needs, tx: Tx, { siteId, section }: Place, above = 0): Promise<Kept> {
  const body = JSON.stringify(await needs.sources[section](tx, siteId))
  const digest = createHash('sha256').update(body).digest('hex')
  const old = await tx.maybe<{ version: number; digest: string }>(
    'select version, digest from desired_sections where site_id = $1 and section = $2 for update',
    [siteId, section]
  )
  if (old?.digest === digest && old.version >= above) return { version: old.version, body, moved: false }
  const version = Math.max(old?.version ?? 0, above) + 1
  await tx.query(
    `insert into desired_sections (tenant_id, site_id, section, version, digest, body) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, site_id, section) do update
     set version = $4, digest = $5, body = $6, changed_at = now()`,
    [tx.tenantId, siteId, section, version, digest, body]
  )
  return { version, body, moved: true }
}

/**
 * An edge said hello and which versions it has: it gets what it lacks. One that has a younger version than
 * the cloud (which was restored from a backup) gets the cloud's content again under a younger one.
 */
export async function greet(
  needs: Needs,
  tenantId: string,
  siteId: string,
  has: DesiredVersions
): Promise<void> {
  for (const section of Section.options) {
    const version = has[section] ?? 0
    const kept = await needs.database.tenant(tenantId, async (tx) =>
      refresh(needs, tx, { siteId, section }, version)
    )
    if (kept.version > version) send(needs, { siteId, section }, kept)
  }
}

function send(needs: Needs, { siteId, section }: Place, { version, body }: Kept): void {
  const message = Desired.safeParse({
    v: 1,
    site: siteId,
    version,
    section,
    body: JSON.parse(body) as unknown
  })
  const failed = (error: unknown): void =>
    needs.log.warn(
      { siteId, section, err: String(error) },
      'desired state could not be sent; the next hello brings it'
    )
  if (message.success) needs.push(message.data).catch(failed)
  else failed(message.error.message)
}
