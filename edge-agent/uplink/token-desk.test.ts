import { test } from 'tap'
import { PermissionViolationError } from '@nats-io/transport-node'
import type { Line } from './line.ts'
import { natsForTest, SecondCloud, until } from './second-cloud.suite.ts'
import { openStage, siteId } from './stage.suite.ts'
import { openTokenDesk } from './token-desk.ts'

const token = { uid: 'ROAMER', type: 'ISO14443', status: 'accepted' } as const

void test('over a real NATS server', async (t) => {
  const nats = await natsForTest()
  const cloud = await new SecondCloud(nats, siteId).open()
  const stage = openStage(nats)
  t.teardown(async () => {
    await stage.close()
    await cloud.close()
    await nats.close()
  })

  await t.test('before the cloud has welcomed us nobody is asked', async (t) => {
    t.strictSame(await stage.uplink.askToken('ROAMER'), { kind: 'silent' })
    await until(() => stage.uplink.state().kind === 'online', 'online')
  })

  await t.test('a cloud that hears no questions is silent at once, and then left alone', async (t) => {
    t.strictSame(await stage.uplink.askToken('ROAMER'), { kind: 'silent' })
  })

  await t.test('what it says is heard, of the token that was asked for only', async (t) => {
    const other = openStage(nats)
    t.teardown(() => other.close())
    const asked: string[] = []
    cloud.answerTokens((uid) => {
      asked.push(uid)
      return uid === 'ODD' ? { uid: 'OTHER', token } : { uid, token: uid === 'ROAMER' ? token : null }
    })
    await until(() => other.uplink.state().kind === 'online', 'online')
    t.strictSame(await Promise.all(['ROAMER', 'roamer', 'NOBODY'].map((uid) => other.uplink.askToken(uid))), [
      { kind: 'said', token },
      { kind: 'said', token },
      { kind: 'said', token: null }
    ])
    t.strictSame(asked, ['ROAMER', 'NOBODY'], 'two taps of one card are one question')
    t.strictSame(await other.uplink.askToken('ODD'), { kind: 'silent' })
    t.equal(other.counts.get('token_answer_refused'), 1)
  })
})

type Request = Line['request']

/** A desk with a clock turned by hand, and a line that answers as the test says. */
function deskOn(request: Request) {
  const clock = { ms: 0 }
  const waits: number[] = []
  const desk = openTokenDesk({
    site: siteId,
    clock: { monotonicMs: () => clock.ms, instant: () => '' },
    count: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined }
  })
  const line = {
    request: async (subject: string, data: string, timeoutMs: number) => {
      waits.push(timeoutMs)
      return request(subject, data, timeoutMs)
    }
  } as unknown as Line
  return { clock, waits, ask: (uid: string) => desk(line, uid) }
}

void test('after a silence nobody waits for fifteen seconds, then the cloud is asked again', async (t) => {
  const { ask, clock, waits } = deskOn(async () => {
    throw new Error('timeout')
  })
  t.strictSame(await ask('A'), { kind: 'silent' })
  clock.ms = 14_999
  t.strictSame(await ask('A'), { kind: 'silent' })
  t.strictSame(waits, [2_000], 'asked once, for two seconds')
  clock.ms = 15_000
  await ask('A')
  t.equal(waits.length, 2)
})

void test('fifty questions at a time, no more', async (t) => {
  const held = Promise.withResolvers<never>()
  const { ask, waits } = deskOn(async () => held.promise)
  const first = Array.from({ length: 50 }, (_, each) => ask(`TAG-${each}`))
  t.strictSame(await ask('TAG-50'), { kind: 'silent' })
  held.reject(new Error('timeout'))
  t.strictSame((await Promise.all(first)).length, 50)
  t.equal(waits.length, 50)
})

void test('credentials from before there were questions: said at once, and no silence for others', async (t) => {
  let calls = 0
  const { ask } = deskOn(async () => {
    calls++
    throw new PermissionViolationError('no', 'publish', 'nova.v1.site.site-a.token')
  })
  t.strictSame(await ask('A'), { kind: 'forbidden' })
  t.strictSame(await ask('B'), { kind: 'forbidden' })
  t.equal(calls, 2)
})
