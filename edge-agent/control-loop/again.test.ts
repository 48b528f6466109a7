import { test } from 'tap'
import { pass, siteOf, stage } from './loop.suite.ts'

void test('a charger that lost what it was told has its fallback stored again, once, and only it', async (t) => {
  const set = stage(siteOf(['A', 'B'], 40))
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 10)
  const before = set.fallbacks.length
  await pass(set, 10)
  t.equal(set.fallbacks.length, before, 'what is stored is not stored again by itself')
  const reserved = loop.allocation()?.connectors.map(({ committedMilliA }) => committedMilliA)
  loop.again?.('A')
  await pass(set, 10)
  t.strictSame(
    set.fallbacks.slice(before).map(({ chargerId }) => chargerId),
    ['A']
  )
  t.strictSame(
    set.fallbacks.at(-1),
    set.fallbacks.find(({ chargerId }) => chargerId === 'A')
  )
  t.strictSame(
    loop.allocation()?.connectors.map(({ committedMilliA }) => committedMilliA),
    reserved,
    'what is reserved stays what it was'
  )
  loop.again?.('NOBODY')
  await loop.stop()
})

void test('an unmanaged connector of 22,000 W is shown with 22,000 W', async (t) => {
  const site = siteOf(['A'], 64)
  const chargers = site.chargers.map((charger) => ({
    ...charger,
    managed: false,
    evses: charger.evses.map((evse) => ({
      ...evse,
      connectors: evse.connectors.map((connector) => ({ ...connector, maxPowerW: 22_000 }))
    }))
  }))
  const set = stage({ ...site, chargers })
  const loop = set.open()
  await pass(set, 2)
  t.match(loop.allocation()?.connectors, [{ limitW: 22_000 }])
  await loop.stop()
})
