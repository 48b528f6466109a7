import { test } from 'tap'
import { natsForTest, SecondCloud, until } from './second-cloud.suite.ts'
import { openStage, siteId } from './stage.suite.ts'

const nats = await natsForTest()

void test('the uplink over a real NATS server', async (t) => {
  t.teardown(() => nats.close())

  await t.test(
    'a backlog becomes durable whole, in order, facts before history, with the same hash',
    async (t) => {
      const cloud = await new SecondCloud(nats, siteId).open()
      const stage = openStage({ url: 'nats://127.0.0.1:1', credentials: '' })
      await stage.fill('history', 3_000)
      await stage.fill('facts', 12_000)
      await stage.uplink.stop()
      const online = openStage(nats, {
        outbox: stage.store.outbox,
        commit: (write) => stage.store.commit(write)
      })
      t.teardown(async () => {
        await online.close()
        await stage.close()
        await cloud.close()
      })
      await until(() => cloud.durable.facts === 12_000 && cloud.durable.history === 3_000, 'all durable')
      t.strictSame(cloud.faults, [])
      t.equal(cloud.arrivals.lastIndexOf('facts') < cloud.arrivals.indexOf('history'), true, 'facts first')
      t.equal(cloud.hash.facts, stage.store.outbox.newest('facts').hash)
      t.equal(cloud.hash.history, stage.store.outbox.newest('history').hash)
      await until(() => stage.store.outbox.durable('facts') === 12_000, 'the mark moved')
      await stage.fill('facts', 1)
      await until(() => cloud.durable.facts === 12_001, 'a new fact goes at once')
    }
  )

  await t.test(
    'a cloud that loses frames and says durable twice, late and out of order gets everything once',
    async (t) => {
      const lost = new Set<number>()
      const site = await new SecondCloud(nats, siteId, {
        // Every third frame is lost on its first way, but for the last: nothing behind it would show the hole.
        fate: ({ first, last }, count) =>
          count % 3 === 0 && last < 9_500 && !lost.has(first) && lost.add(first) ? 'lose' : 'commit',
        say: (send, count) => {
          setTimeout(send, (count % 4) * 20)
          if (count % 2 === 0) send()
        }
      }).open()
      const stage = openStage(nats)
      t.teardown(async () => {
        await stage.close()
        await site.close()
      })
      await stage.fill('facts', 10_000)
      await until(() => site.durable.facts === 10_000, 'all durable')
      t.strictSame(site.faults, [])
      const numbers = site.held.facts.map((body) => (JSON.parse(body) as { number: number }).number)
      t.strictSame(
        numbers,
        Array.from({ length: 10_000 }, (_, index) => index + 1)
      )
    }
  )

  await t.test(
    'NATS is killed and loses its data while frames are in flight: nothing is missing afterwards',
    async (t) => {
      const before = await new SecondCloud(nats, siteId, {
        fate: (_frame, count) => (count > 4 ? 'lose' : 'commit')
      }).open()
      const stage = openStage(nats)
      t.teardown(() => stage.close())
      await stage.fill('facts', 6_000)
      await until(() => before.frames >= 8, 'frames in flight that no cloud has committed')
      await nats.kill()
      nats.loseData()
      await stage.fill('facts', 500)
      await nats.start()
      const after = new SecondCloud(nats, siteId)
      Object.assign(after.durable, before.durable)
      after.held.facts.push(...before.held.facts)
      await after.open()
      t.teardown(() => after.close())
      await until(() => after.durable.facts === 6_500, 'all durable after the loss')
      t.strictSame(after.faults, [])
      t.equal(new Set(after.held.facts).size, 6_500)
      t.equal(after.hash.facts, stage.store.outbox.newest('facts').hash)
    }
  )

  await t.test('a cloud restored from a backup gets again what it no longer holds', async (t) => {
    const cloud = await new SecondCloud(nats, siteId).open()
    const first = openStage(nats)
    await first.fill('facts', 2_000)
    await until(() => first.store.outbox.durable('facts') === 2_000, 'durable once')
    await cloud.close()
    const restored = await new SecondCloud(nats, siteId).open()
    t.teardown(async () => {
      await first.close()
      await restored.close()
    })
    await first.uplink.stop()
    const again = openStage(nats, {
      outbox: first.store.outbox,
      commit: (write) => first.store.commit(write)
    })
    t.teardown(() => again.close())
    await until(() => restored.durable.facts === 2_000, 'sent again')
    t.equal(restored.hash.facts, first.store.outbox.newest('facts').hash)
  })

  await t.test(
    'a database that is an older copy than the cloud knows goes on under a new identity',
    async (t) => {
      const cloud = await new SecondCloud(nats, siteId).open()
      let instance = ''
      cloud.behave({
        hello: (hello) => {
          instance ||= hello.instance
          const durable = hello.instance === instance ? { facts: 999, history: 0 } : { facts: 0, history: 0 }
          return { kind: 'welcome', v: 1, site: siteId, epoch: 1, durable, at: new Date().toISOString() }
        }
      })
      const stage = openStage(nats)
      t.teardown(async () => {
        await stage.close()
        await cloud.close()
      })
      await stage.fill('facts', 10)
      await until(() => cloud.durable.facts === 10, 'sent under the new identity')
      t.not(cloud.hellos.at(-1)?.instance, instance)
    }
  )

  await t.test('a fenced process falls silent and tells people', async (t) => {
    const cloud = await new SecondCloud(nats, siteId, {
      hello: () => ({ kind: 'refused', v: 1, code: 'fenced', detail: 'epoch 7 acts' })
    }).open()
    const stage = openStage(nats)
    t.teardown(async () => {
      await stage.close()
      await cloud.close()
    })
    await stage.fill('facts', 10)
    await until(() => stage.uplink.state().kind === 'fenced', 'fenced')
    t.equal(cloud.frames, 0)
    t.match(stage.alarms, [`+gateway-fenced ${siteId}`])
  })

  await t.test(
    'commands are answered, desired sections applied, bad ones refused whole, live values told',
    async (t) => {
      const cloud = await new SecondCloud(nats, siteId).open()
      const stage = openStage(nats)
      t.teardown(async () => {
        await stage.close()
        await cloud.close()
      })
      await until(() => stage.uplink.state().kind === 'online', 'online')
      t.match(await cloud.command({ id: 'b7a1c1de-0000-4000-8000-000000000001' }), {
        status: 'accepted',
        result: { epoch: 1 }
      })
      t.equal(await cloud.ask('this'), 'you asked this', 'a question is answered as it comes')
      cloud.desire('tokens', 3, { tokens: [{ uid: 'A', status: 'accepted' }] })
      await until(() => stage.applied.length === 1, 'applied')
      t.strictSame(stage.applied, [{ section: 'tokens', version: 3 }])
      cloud.desire('tokens', 2, { tokens: [] })
      cloud.desire('limits', 1, { limits: [{ source: 'grid', limitKw: 5, reason: 'x' }] })
      await until(() => stage.counts.get('desired_refused') === 1, 'refused')
      t.match(stage.alarms.at(-1), '+message-rejected desired:limits')
      cloud.connection.publish(`nova.v1.site.${siteId}.desired`, 'no zstd at all')
      await until(() => stage.counts.get('desired_refused') === 2, 'refused too')
      t.equal(stage.applied.length, 1, 'an older version and bad bytes change nothing')
      await until(
        () => cloud.live.some(({ topic, body }) => topic === 'state' && body['epoch'] === 1),
        'state told'
      )
    }
  )

  await t.test(
    'the cloud starts later than the edge: hello is repeated until somebody answers',
    async (t) => {
      const stage = openStage(nats)
      await stage.fill('facts', 5)
      await until(
        () =>
          stage.states.some((state) => state.kind === 'connecting' && /does not answer/.test(state.reason)),
        'silent cloud noticed'
      )
      const cloud = await new SecondCloud(nats, siteId).open()
      t.teardown(async () => {
        await stage.close()
        await cloud.close()
      })
      await until(() => cloud.durable.facts === 5, 'durable')
      t.strictSame(cloud.faults, [])
    }
  )

  await t.test(
    'a clock that is ten minutes slow is noticed, so that commands expire by the cloud’s',
    async (t) => {
      const cloud = await new SecondCloud(nats, siteId).open()
      const slow = {
        monotonicMs: () => performance.now(),
        instant: () => new Date(Date.now() - 600_000).toISOString()
      }
      const stage = openStage(nats, { clock: slow })
      t.teardown(async () => {
        await stage.close()
        await cloud.close()
      })
      await until(() => stage.uplink.state().kind === 'online', 'online')
      t.ok(Math.abs(stage.uplink.clockOffMs() - 600_000) < 5_000)
    }
  )

  await t.test('silence about a command makes the edge ask who acts for the site', async (t) => {
    const cloud = await new SecondCloud(nats, siteId).open()
    const stage = openStage(nats, { command: async () => null })
    t.teardown(async () => {
      await stage.close()
      await cloud.close()
    })
    await until(() => stage.uplink.state().kind === 'online', 'online')
    cloud.behave({ hello: () => ({ kind: 'refused', v: 1, code: 'fenced', detail: 'a younger process' }) })
    await until(() => {
      cloud.connection.publish(`nova.v1.site.${siteId}.command`, '{}')
      return stage.uplink.state().kind === 'fenced'
    }, 'fenced long before the next hello was due')
    t.match(stage.alarms, [/gateway-fenced/])
  })

  await t.test('a cloud that dies while NATS lives is noticed, and so is its return', async (t) => {
    let dead = false
    const cloud = await new SecondCloud(nats, siteId).open()
    const stage = openStage(nats, { command: async () => null })
    t.teardown(async () => {
      await stage.close()
      await cloud.close()
    })
    await until(() => stage.uplink.state().kind === 'online', 'online')
    cloud.behave({
      hello: () => (dead ? { kind: 'refused', v: 1, code: 'busy', detail: 'starting' } : undefined)
    })
    dead = true
    await until(() => {
      cloud.connection.publish(`nova.v1.site.${siteId}.command`, '{}') // Makes it ask sooner than in 30 s.
      return stage.uplink.state().kind === 'connecting'
    }, 'silence noticed')
    dead = false
    await until(() => stage.uplink.state().kind === 'online', 'online again')
    t.strictSame(cloud.faults, [])
  })
})
