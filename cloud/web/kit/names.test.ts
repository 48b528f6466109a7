import { test } from 'tap'
import { lineText, partyText, shortId } from './names.ts'

const parties = [
  ['driver:61d0ec19-357f-48c6-8e40-fbbbe5016091', 'driver:61d0ec19'],
  ['site-host:demo', 'site-host:demo'],
  ['platform', 'platform'],
  ['something:new', 'something:new']
] as const
for (const [party, shown] of parties)
  void test(`without words of its own, ${party} is ${shown}`, async (t) => t.equal(partyText(party), shown))

void test('a long random id is its beginning, any other stays', async (t) => {
  t.equal(shortId('61d0ec19-357f-48c6-8e40-fbbbe5016091'), '61d0ec19')
  t.equal(shortId('vans'), 'vans')
  t.equal(lineText('night rate'), 'night rate')
})
