import { test } from 'tap'
import { AlarmCode } from '@nova/shared-protocol/model'
import { StoreError } from '../store/index.ts'
import {
  began,
  instant,
  link,
  openSite,
  readings,
  settled,
  start,
  status,
  stop,
  type Site
} from './fixture.suite.ts'
import { openIntake, type Needs } from './index.ts'
import { config, silent } from './fixture.suite.ts'

/** The same site, with a disk that can be made to refuse: the store's own promise, kept by hand. */
function openBreakable(site: Site) {
  const disk = { broken: false, state: 'good' as 'good' | 'failing', listeners: [] as (() => void)[] }
  const tell = (state: 'good' | 'failing') => {
    if (disk.state === state) return
    disk.state = state
    for (const listener of disk.listeners) listener()
  }
  const health = () => ({
    state: disk.state,
    fault: disk.state === 'failing' ? 'io-error' : null,
    damage: null
  })
  const store: Needs['store'] = {
    ...site.store,
    commit: async (write, haste) => {
      if (disk.broken) {
        tell('failing')
        throw new StoreError('io-error')
      }
      const value = await site.store.commit(write, haste)
      tell('good')
      return value
    },
    health,
    onHealth: (listener) => disk.listeners.push(() => listener(health()))
  }
  const room = openIntake(
    {
      store,
      now: () => site.clock.ms,
      monotonic: () => site.clock.ms,
      chance: {
        uuid: () => crypto.randomUUID(),
        int31: () => crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1
      },
      log: silent,
      cloudOnline: () => true,
      askCloud: async () => ({ kind: 'said', token: null }),
      limitMilliA: () => null,
      siteLoadPercent: () => null,
      askStop: () => undefined,
      askStatus: () => undefined
    },
    config
  )
  return { disk, room }
}

void test('a disk that refuses: what is measured is still known, nothing is answered that is not stored', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { disk, room } = openBreakable(site)
  await room.intake.connected('CP-1', link)
  const { transactionId } = await room.intake.start(start())
  disk.broken = true
  await t.rejects(room.intake.readings(readings(transactionId, began + 60_000, 1500)), /store: io-error/)
  await t.rejects(
    room.intake.status(
      status('suspended', {
        suspendedBy: 'ev',
        at: instant(began + 61_000),
        heardAt: instant(began + 61_000)
      })
    )
  )
  t.match(room.views()[0], {
    status: 'suspended',
    reading: { registerWh: 1500, powerW: 7000 },
    session: { transactionId, energyWh: null }
  })
  await t.rejects(room.intake.stop(stop(transactionId)), /store: io-error/)
  t.equal(room.views()[0]?.session?.transactionId, transactionId, 'the session is not ended in memory alone')

  t.equal((await room.intake.authorise('CP-2', 'TAG-002')).status, 'invalid', 'no new paid session')
  await t.rejects(room.intake.start(start({ chargerId: 'CP-2', tokenUid: 'TAG-002' })))
  t.match(room.alarms.open(), [{ code: 'storage-failing', severity: 'urgent' }])

  disk.broken = false
  await room.tick()
  await settled(site)
  await room.tick()
  await settled(site)
  t.strictSame(room.alarms.open(), [], 'found well again by itself')
  t.equal((await room.intake.authorise('CP-2', 'TAG-002')).status, 'accepted')
  await room.intake.readings(readings(transactionId, began + 60_000, 1500))
  await room.intake.stop(stop(transactionId))
  t.match(
    site.facts('session.ended.v1'),
    [{ energyWh: 10_000, review: [] }],
    'the charger tried again and nothing is doubled'
  )
  t.equal(site.facts('session.started.v1').length, 1)
  await settled(site)
  t.strictSame(
    [...site.facts('alarm.raised.v1'), ...site.facts('alarm.cleared.v1')].map(({ kind, code }) => [
      kind,
      code
    ]),
    [
      ['alarm.raised.v1', 'storage-failing'],
      ['alarm.cleared.v1', 'storage-failing']
    ],
    'and it is told afterwards'
  )
})

void test('a start that could not be stored leaves nothing behind in memory', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { disk, room } = openBreakable(site)
  disk.broken = true
  await t.rejects(room.intake.start(start()))
  disk.broken = false
  t.equal(room.sessions.query({ limit: 5 }).length, 0)
  const { transactionId } = await room.intake.start(start())
  t.equal((await room.intake.start(start())).transactionId, transactionId)
  t.equal(site.facts('session.started.v1').length, 1)
})

void test('the same alarm is raised once and cleared once, and survives a restart', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const alarm = {
    code: 'meter-silent',
    severity: 'urgent',
    subject: 'grid-meter',
    detail: 'first',
    advice: 'look'
  } as const
  site.room.alarms.raise(alarm)
  site.room.alarms.raise({ ...alarm, detail: 'second' })
  site.room.alarms.raise({ ...alarm, subject: 'other' })
  t.match(site.room.alarms.open(), [{ detail: 'second' }, { subject: 'other' }])
  await settled(site)
  t.equal(site.facts('alarm.raised.v1').length, 2)
  await site.restart()
  t.equal(site.room.alarms.open().length, 2)
  site.room.alarms.raise(alarm)
  site.room.alarms.clear('meter-silent', 'nobody')
  for (let minute = 0; minute < 3; minute++) {
    site.clock.ms += 60_000
    await site.room.tick()
    await settled(site)
  }
  t.strictSame(
    site.room.alarms
      .open()
      .filter(({ code }) => code === 'meter-silent')
      .map(({ subject }) => subject),
    ['grid-meter'],
    'what nobody raises again after a restart is over'
  )
  site.room.alarms.clear('meter-silent', 'grid-meter')
  await settled(site)
  t.equal(site.facts('alarm.cleared.v1').filter(({ code }) => code === 'meter-silent').length, 2)
})

void test('alarms have a bound', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  for (let index = 0; index < 600; index++)
    site.room.alarms.raise({
      code: AlarmCode.parse('charger-refused'),
      severity: 'info',
      subject: `s${index}`,
      detail: '',
      advice: ''
    })
  t.equal(site.room.alarms.open().length, 500)
  await settled(site)
})
