import { type Test, test } from 'tap'
import { type Api, eventually, signIn } from './api.ts'
import { allSessions, type BilledSession } from './books.ts'
import { addChargers, allKnown, reaching } from './fleet.ts'
import { type ForeignClient, foreignClient } from './foreign-client.ts'
import { beginning, billMinor, ending, energyWh, segments, type Word } from './foreign-session.ts'
import { type Stack, startStack } from './stack.ts'

const password = 'foreign-password-16'

type Visit = {
  readonly stack: Stack
  readonly api: Api
  readonly client: ForeignClient
  readonly identity: string
}

/** A charger of its own with a price of its own, known at the edge. */
async function arrive(stack: Stack, identity: string): Promise<Visit> {
  const api = await signIn(stack.cloudUrl, 'operator@nova.test')
  await addChargers(api, [identity], password)
  const assignments = [{ siteId: 'demo-site', connector: `${identity}:1:1` }]
  const price = { id: `price-${identity}`, name: identity, currency: 'CNY', segments, assignments }
  await reaching(stack, 'tariffs', () => api.post('/tariffs', price))
  const token = { uid: `TAG-${identity}`, type: 'ISO14443', status: 'accepted' }
  await reaching(stack, 'tokens', () => api.post('/tokens', token))
  await allKnown(stack, [identity])
  return { stack, api, identity, client: await foreignClient(stack.edge.ocppUrl, identity, password) }
}

/** Says all words; between two of them `between` may do what it likes. Resolves with the transaction id. */
async function tell(
  { client }: Visit,
  words: readonly Word[],
  how: {
    readonly times: number
    readonly transactionId?: number
    readonly between?: (index: number) => Promise<void>
  }
): Promise<number> {
  let transactionId = how.transactionId ?? 0
  for (const [index, { action, payload }] of words.entries()) {
    const answers = await client.say(action, payload(transactionId), how.times)
    if (action === 'StartTransaction') {
      const ids = new Set(answers.map((answer) => Number(answer['transactionId'])))
      if (ids.size !== 1) throw new Error(`one start, ${ids.size} transaction ids`)
      transactionId = [...ids][0] ?? 0
    }
    await how.between?.(index)
  }
  return transactionId
}

const sessionsOf = async ({ api, identity }: Visit): Promise<BilledSession[]> =>
  (await allSessions(api)).filter(({ chargerId }) => chargerId === identity)

async function billIsExact(t: Test, visit: Visit): Promise<void> {
  const sessions = await eventually(
    () => sessionsOf(visit),
    (all) => all.some(({ status, provisional }) => status === 'ended' && !provisional),
    { what: 'the bill' }
  )
  t.equal(sessions.length, 1, 'one session')
  const [session] = sessions
  if (!session) return
  t.equal(session.energyWh, energyWh)
  t.strictSame(session.cost, { currency: 'CNY', amountMinor: billMinor })
  type Entries = { items: { account: unknown; amount: { amountMinor: number } }[] }
  const { items } = await eventually(
    () => visit.api.get<Entries>(`/ledger/entries?sessionId=${session.id}`),
    (entries) => entries.items.length > 0,
    { what: 'ledger entries' }
  )
  t.equal(
    items.reduce((sum, { amount }) => sum + amount.amountMinor, 0),
    0,
    'the ledger sums to zero'
  )
  t.match(await visit.api.get('/ledger/verify'), { ok: true })
}

const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

void test('a charge-point client that we did not write', async (t) => {
  t.setTimeout(400_000)
  const grid = { limitA: [400, 400, 400], voltageV: 230 }
  const circuits = ['feeder-1', 'feeder-2'].map((id) => ({ id, limitA: [200, 200, 200] }))
  const stack = await startStack({ site: { grid, circuits } })
  t.teardown(() => stack.stop())

  await t.test('boots, authorises, starts, is stopped from afar and billed to the minor unit', async (t) => {
    const visit = await arrive(stack, 'FOREIGN-1')
    const day = dayBefore(1)
    const transactionId = await tell(visit, beginning(day, 'TAG-FOREIGN-1'), { times: 1 })
    const [running] = await eventually(
      () => sessionsOf(visit),
      (all) => all[0]?.status === 'started',
      { what: 'the session running' }
    )
    await visit.api.post(`/sessions/${running?.id}/stop`, {})
    t.match(await visit.client.asked('RemoteStopTransaction'), { transactionId })
    await tell(visit, ending(day, 'TAG-FOREIGN-1'), { times: 1, transactionId })
    await billIsExact(t, visit)
    await visit.client.close()
  })

  const gaps = beginning('2026-01-01', '').length + ending('2026-01-01', '').length - 1
  for (let gap = 0; gap < gaps; gap++) {
    await t.test(`says everything three times, the edge is killed after message ${gap + 1}`, async (t) => {
      const identity = `FOREIGN-K${gap}`
      const visit = await arrive(stack, identity)
      const day = dayBefore(2)
      const between = async (index: number) => {
        if (index !== gap) return
        await stack.edge.kill()
        await stack.edge.start()
      }
      const words = [...beginning(day, `TAG-${identity}`), ...ending(day, `TAG-${identity}`)]
      await tell(visit, words, { times: 3, between })
      await billIsExact(t, visit)
      await visit.client.close()
    })
  }
})
