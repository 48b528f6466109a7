import { copyFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import type { ShadowRow } from './contract.ts'
import { openTemporary, options } from './fixture.suite.ts'
import { openStore, type Store } from './index.ts'

const row = (device: number, version: number): ShadowRow => ({
  deviceId: `CP-${device}`,
  field: 'reading/1/1',
  owner: 'edge',
  version,
  value: JSON.stringify({ version, text: 'a "quoted"\nline' }),
  at: '2026-06-01T08:00:00Z',
  expiresAt: null
})

const versions = (store: Store): Record<string, number> =>
  Object.fromEntries(store.shadows.all().map(({ deviceId, version }) => [deviceId, version]))

const put = (store: Store, rows: readonly ShadowRow[]): Promise<void> =>
  store.commit(() => rows.forEach((each) => store.shadows.put(each)))

const devices = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

void test('what many devices said is there after each commit, whole, also when the process dies then', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store, file } = temporary
  for (let version = 1; version <= 150; version++) {
    await put(
      store,
      devices(20).map((device) => row(device, version))
    )
    if (version % 7 !== 0) continue // 64 notes make a fold: before, at and after it.
    copyFileSync(file, `${file}.cut`)
    copyFileSync(`${file}-wal`, `${file}.cut-wal`)
    const other = openStore(options(`${file}.cut`))
    t.strictSame(
      other.shadows.all().toSorted(byDevice),
      devices(20)
        .map((device) => row(device, version))
        .toSorted(byDevice)
    )
    t.strictSame(other.shadows.find('CP-3', 'reading/1/1'), row(3, version))
    t.strictSame(other.shadows.device('CP-3'), [row(3, version)])
    await other.close()
  }
})

const byDevice = (left: ShadowRow, right: ShadowRow): number => (left.deviceId < right.deviceId ? -1 : 1)

void test('more devices than are noted together are folded into their rows', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  for (const version of [1, 2, 3])
    await put(
      temporary.store,
      devices(700).map((device) => row(device, version))
    )
  t.equal(
    Object.values(versions(temporary.store)).every((version) => version === 3),
    true
  )
  await temporary.reopen()
  t.strictSame(
    versions(temporary.store),
    Object.fromEntries(devices(700).map((device) => [`CP-${device}`, 3]))
  )
})

void test('any mix of commits, single and crowded, failed and stood, with restarts: the newest version that stood', async (t) => {
  const act = fc.record({
    rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 30 })), {
      minLength: 1,
      maxLength: 8
    }),
    end: fc.constantFrom('go on', 'go on', 'fail', 'reopen')
  })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 90 }), async (acts) => {
      const temporary = openTemporary()
      const wanted: Record<string, number> = {}
      for (const { rows, end } of acts) {
        const { store } = temporary
        const failing = store.commit(() => {
          for (const [device, version] of rows) store.shadows.put(row(device, version))
          if (end === 'fail') throw new Error('no')
        })
        const beside = put(store, [row(99, 1)])
        const isStanding = await failing.then(
          () => true,
          () => false
        )
        await beside
        wanted['CP-99'] = 1
        if (isStanding)
          for (const [device, version] of rows)
            wanted[`CP-${device}`] = Math.max(wanted[`CP-${device}`] ?? 0, version)
        if (end === 'reopen') await temporary.reopen()
      }
      const found = versions(temporary.store)
      await temporary.close()
      const names = Object.keys(wanted)
      return names.length === Object.keys(found).length && names.every((name) => found[name] === wanted[name])
    }),
    { numRuns: 10 }
  )
  t.pass()
})
