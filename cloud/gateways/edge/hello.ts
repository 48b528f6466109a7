import { chainStart, Hello, type HelloAnswer, type Lane } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import type { Needs } from './types.ts'

const aliveSeconds = 45 // An edge says hello every 30 s: who was heard within 45 s is alive.

type Current = { epoch: number; boot: string; instance: string; alive: boolean }

/** Answers "who am I": the epoch, and how far the cloud holds each lane of this edge's database. */
export async function answerHello(needs: Needs, siteId: string, bytes: Uint8Array): Promise<HelloAnswer> {
  const hello = readHello(bytes)
  if (hello === undefined || hello.site !== siteId)
    return refuse('malformed', 'The hello was not understood.')
  const tenantId = await needs.tenantOf(siteId)
  if (tenantId === undefined) return refuse('unknown-site', `There is no site ${siteId} here.`)
  const granted = await needs.database.tenant(tenantId, async (tx) => grant(tx, hello))
  if (granted === 'fenced') {
    needs.count('fenced', 1)
    needs.log.warn({ siteId, boot: hello.boot }, 'an older process of a site was turned away')
    return refuse('fenced', 'A younger process acts for this site.')
  }
  needs.log.info({ siteId, ...granted, version: hello.version }, 'an edge said hello')
  needs.greeted({ tenantId, siteId, epoch: granted.epoch, hello })
  return { kind: 'welcome', v: 1, site: siteId, ...granted, at: new Date().toISOString() }
}

function readHello(bytes: Uint8Array): Hello | undefined {
  try {
    return Hello.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data
  } catch {
    return undefined
  }
}

const refuse = (code: 'malformed' | 'unknown-site' | 'fenced', detail: string): HelloAnswer => ({
  kind: 'refused',
  v: 1,
  code,
  detail
})

type Granted = { readonly epoch: number; readonly durable: Readonly<Record<Lane, number>> }

/** A new boot gets the next epoch; the same boot its own; an older one only when the younger is silent. */
async function grant(tx: Tx, hello: Hello): Promise<Granted | 'fenced'> {
  const { site, instance, boot, version } = hello
  const current = await tx.maybe<Current>(
    `select epoch, boot, instance, seen_at > now() - interval '${aliveSeconds} seconds' as alive
     from edge_sites where site_id = $1 for update`,
    [site]
  )
  const same = current?.boot === boot && current.instance === instance
  if (current?.alive === true && !same && (await isOld(tx, hello))) return 'fenced'
  const epoch = nextEpoch(current, same)
  await tx.query(
    `insert into edge_sites (tenant_id, site_id, epoch, instance, boot, version)
     values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, site_id) do update
     set epoch = $3, instance = $4, boot = $5, version = $6, seen_at = now()`,
    [tx.tenantId, site, epoch, instance, boot, version]
  )
  if (!same) await noteBoot(tx, hello, epoch)
  return { epoch, durable: await durableOf(tx, hello) }
}

const nextEpoch = (current: Current | undefined, same: boolean): number =>
  current === undefined ? 1 : current.epoch + (same ? 0 : 1)

async function noteBoot(tx: Tx, { site, instance, boot, version }: Hello, epoch: number): Promise<void> {
  await tx.query(
    'insert into edge_boots (tenant_id, site_id, epoch, instance, boot, version) values ($1, $2, $3, $4, $5, $6)',
    [tx.tenantId, site, epoch, instance, boot, version]
  )
}

async function isOld(tx: Tx, { site, boot }: Hello): Promise<boolean> {
  const rows = await tx.query('select from edge_boots where site_id = $1 and boot = $2 limit 1', [site, boot])
  return rows.length > 0
}

async function durableOf(tx: Tx, { site, instance }: Hello): Promise<Readonly<Record<Lane, number>>> {
  await tx.query(
    `insert into edge_lanes (tenant_id, site_id, instance, lane, hash)
     select $1, $2, $3, lane, $4 from unnest(array['facts', 'history']) as lane on conflict do nothing`,
    [tx.tenantId, site, instance, chainStart]
  )
  const lanes = await tx.query<{ lane: Lane; durable: number }>(
    'select lane, durable from edge_lanes where site_id = $1 and instance = $2',
    [site, instance]
  )
  const of = (name: Lane): number => lanes.find(({ lane }) => lane === name)?.durable ?? 0
  return { facts: of('facts'), history: of('history') }
}
