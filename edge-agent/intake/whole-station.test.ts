import { test } from 'tap'
import { began, instant, link, openSite, start, status } from './fixture.suite.ts'

void test('a charger switched off as a whole takes its idle connectors with it, and no session', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { intake } = site.room
  const shown = () =>
    site.room
      .views()
      .flatMap(({ chargerId, evseId, status: now }) => (chargerId === 'CP-1' ? [[evseId, now]] : []))
  const says = async (word: 'available' | 'unavailable' | 'charging', evseId: number, seconds: number) => {
    const at = instant(began + seconds * 1000)
    await intake.status(status(word, { evseId, connectorId: evseId === 0 ? 0 : 1, at, heardAt: at }))
  }
  await intake.connected('CP-1', link)
  await says('available', 1, 1)
  t.match(shown()[0], [1, 'available'])
  await says('unavailable', 0, 2)
  t.match(shown()[0], [1, 'unavailable'])
  await says('available', 0, 3)
  t.match(shown()[0], [1, 'available'], 'on again, and its connectors with it')
  await intake.start(start())
  await says('charging', 1, 4)
  await says('unavailable', 0, 5)
  t.match(shown()[0], [1, 'charging'], 'what runs goes on: OCPP 1.6 §5.2 switches off when it has ended')
})
