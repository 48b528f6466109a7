import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { migrations } from './join.ts'
import { openKeys } from './keys.ts'
import { seedDemo } from './seed.ts'
import { openTestDatabase } from './test-support/postgres.ts'

void test('the demo without its chargers: site, people, cards and prices are there; a later start may add them', async (t) => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-seed-'))
  const { database, close } = await openTestDatabase(migrations)
  t.teardown(async () => {
    await close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const keys = await openKeys(dataDir)
  const count = async (table: string) =>
    database.tenant('demo', async (tx) => (await tx.query(`select 1 from ${table}`)).length)
  await seedDemo({ database, keys, dataDir, mint: null, demoChargers: false })
  t.strictSame(
    await Promise.all(['sites', 'users', 'tokens', 'tariffs', 'chargers'].map(count)),
    [1, 5, 12, 1, 0]
  )
  await seedDemo({ database, keys, dataDir, mint: null, demoChargers: true })
  t.equal(await count('chargers'), 10)
  t.match(await readFile(path.join(dataDir, 'demo', 'chargers.json'), 'utf8'), 'CP16-10')

  const file = path.join(dataDir, 'demo', 'site.creds')
  await writeFile(file, `of an older program, with the command key of today: ${keys.commandKey}`)
  const mint = async (siteId: string) => ({ text: `new ones of ${siteId}`, userKey: 'U' })
  await seedDemo({ database, keys, dataDir, mint, demoChargers: true })
  t.equal(await readFile(file, 'utf8'), 'new ones of demo-site', 'what lacks a right is made anew')
})
