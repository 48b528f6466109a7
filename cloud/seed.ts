import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { areCurrent } from './bus/index.ts'
import { createTenant, createUser, prepareUser } from './contexts/identity/index.ts'
import { createCharger, createToken, NewCharger, NewToken } from './contexts/fleet/index.ts'
import { createSite, NewSite } from './contexts/sites/index.ts'
import type { Database, Tx } from './db/index.ts'
import { Problem, type Role } from './http/index.ts'
import type { Keys } from './keys.ts'
import { seedMoney, seedSeller } from './seed-money.ts'

export type Needs = {
  readonly database: Database
  readonly keys: Keys
  readonly dataDir: string
  readonly demoChargers: boolean
  /** Null where sites' credentials cannot be minted. */
  mint: ((siteId: string) => Promise<{ text: string; userKey: string }>) | null
}

const tenantId = 'demo'
const siteId = 'demo-site'
const password = 'nova-demo'
const people: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'admin', role: 'admin' },
  { name: 'operator', role: 'operator' },
  { name: 'utility', role: 'utility' },
  { name: 'oem', role: 'oem' },
  { name: 'driver', role: 'driver' }
]

/** What the sign-in page offers where the demo runs, and only there. */
export const demoSignIns = { emails: people.map(({ name }) => `${name}@nova.test`), password }

/** A car park in Suzhou, Jiangsu; the connection is the one in the demo's site.yaml. */
const site = NewSite.parse({
  id: siteId,
  name: 'Demo · 金鸡湖停车场',
  address: '苏州工业园区 Suzhou Industrial Park',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  latitude: 31.3117,
  longitude: 120.7046,
  grid: { limitA: [125, 125, 125], voltageV: 230, meter: 'grid-meter', baseLoadReserveW: 5000 },
  circuits: [
    { id: 'feeder-1', limitA: [80, 80, 80] },
    { id: 'feeder-2', limitA: [80, 80, 80] }
  ]
})

const singles = 8
const chargerIds = Array.from({ length: 10 }, (_, index) => `CP16-${String(index + 1).padStart(2, '0')}`)
const onFeeder1 = 6 // Of twelve connectors: six on each feeder.
const tokens = 12

/** Makes what the demo needs and is not there yet; safe to repeat at each start. */
export async function seedDemo(needs: Needs): Promise<void> {
  const { database } = needs
  await database.platform('seed the demo', async (tx) =>
    once(async () => createTenant(tx, { id: tenantId, name: 'Demo' }))
  )
  for (const person of people) await seedPerson(database, person)
  const inTenant = async (work: (tx: Tx) => Promise<unknown>): Promise<void> =>
    once(async () => database.tenant(tenantId, work))
  await inTenant(async (tx) => createSite(tx, site))
  for (const [index, id] of needs.demoChargers ? chargerIds.entries() : [])
    await inTenant(async (tx) => createCharger(tx, needs.keys.box, charger(needs, id, index)))
  const driverId = await driverOf(database)
  for (let number = 1; number <= tokens; number++)
    await inTenant(async (tx) => createToken(tx, token(number, driverId)))
  await seedMoney(database, { tenantId, siteId, driverId })
  await seedSeller(database, tenantId)
  await writeFiles(needs)
}

/** Being there already is what a second start finds. */
async function once(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Problem && error.status === 409)) throw error
  }
}

async function seedPerson(database: Database, { name, role }: (typeof people)[number]): Promise<void> {
  const email = `${name}@nova.test`
  const there = await database.tenant(tenantId, async (tx) =>
    tx.query('select 1 from users where email = $1', [email])
  )
  if (there.length > 0) return
  const permissions = role === 'admin' ? ['*', 'platform:admin'] : ['*']
  const prepared = await prepareUser({ email, name: `Demo ${name}`, password, roles: [role], permissions })
  await once(async () => database.tenant(tenantId, async (tx) => createUser(tx, 'seed', prepared)))
}

async function driverOf(database: Database): Promise<string> {
  const row = await database.tenant(tenantId, async (tx) =>
    tx.one<{ driver_id: string }>(`select driver_id from users where email = 'driver@nova.test'`)
  )
  return row.driver_id
}

function charger(needs: Needs, id: string, index: number): NewCharger {
  const connector = { id: 1, type: 'type2', maxPowerW: 22_000 }
  const evses = index < singles ? [1] : [1, 2]
  return NewCharger.parse({
    id,
    siteId,
    protocol: 'ocpp1.6',
    identity: id,
    security: { profile: 1, password: needs.keys.derived(id) },
    circuit: index < onFeeder1 ? 'feeder-1' : 'feeder-2',
    fallbackA: 6,
    evses: evses.map((evse) => ({ id: evse, connectors: [connector] }))
  })
}

/** The first card belongs to the demo's driver. */
const token = (number: number, driverId: string): NewToken =>
  NewToken.parse({
    uid: `DEMO-TAG-${String(number).padStart(2, '0')}`,
    status: 'accepted',
    ...(number === 1 ? { driverId } : {})
  })

/** For the edge and the simulated chargers: their credentials, readable by their owner only. */
async function writeFiles(needs: Needs): Promise<void> {
  const folder = path.join(needs.dataDir, 'demo')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const chargers = chargerIds.map((id, index) => ({
    id,
    identity: id,
    password: needs.keys.derived(id),
    connectors: index < singles ? 1 : 2
  }))
  await writeFile(path.join(folder, 'chargers.json'), `${JSON.stringify({ siteId, chargers }, null, 2)}\n`, {
    mode: 0o600
  })
  if (!needs.mint) return
  const file = path.join(folder, 'site.creds')
  const there = await readFile(file, 'utf8').catch(() => '')
  if (there.includes(needs.keys.commandKey) && (await areCurrent(siteId, there))) return
  await writeFile(file, (await needs.mint(siteId)).text, { mode: 0o600 })
}
