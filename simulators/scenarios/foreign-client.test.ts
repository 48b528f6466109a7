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

type Command = { readonly id: string; readonly status: string }

/**
 * Presses "stop" as a nervous person does: so many times, one wish. A wish whose end is not "accepted" is pressed anew.
 * @param inFlight befalls the edge while the wish is on its way
 */
async function stopFromAfar(t: Test, visit: Visit, transactionId: number, how: Stopping): Promise<void> {
  const [running] = await eventually(
    () => sessionsOf(visit),
    (all) => all[0]?.status === 'started',
    { what: 'the session running' }
  )
  for (let wish = 1; wish <= 2; wish++) {
    const end = await wishStop(visit, `${running?.id}`, { ...how, key: `stop-${visit.identity}-${wish}` })
    t.ok(visit.client.heard('RemoteStopTransaction') <= wish, 'the charger hears a wish at most once')
    if (end === 'accepted') break
  }
  t.match(await visit.client.asked('RemoteStopTransaction'), { transactionId })
}

type Stopping = { readonly times: number; readonly inFlight?: () => Promise<void> }

async function wishStop(
  { api }: Visit,
  session: string,
  { times, inFlight, key }: Stopping & { readonly key: string }
): Promise<string> {
  const commands = new Set<string>()
  for (let time = 0; time < times; time++) {
    const { commandId } = await api.post<{ commandId: string }>(`/sessions/${session}/stop`, {}, key)
    commands.add(commandId)
  }
  await inFlight?.()
  if (commands.size !== 1) throw new Error(`one wish, ${commands.size} commands`)
  const ended = await eventually(
    () => api.get<Command>(`/commands/${[...commands][0]}`),
    ({ status }) => ['accepted', 'rejected', 'expired', 'failed'].includes(status),
    { what: 'the end of the stop', withinMs: 180_000 }
  )
  return ended.status
}

/** What the bill says and where its money went: the same for one telling and for three with a kill between. */
type Result = { readonly session: object; readonly posted: readonly string[] }

async function billIsExact(t: Test, visit: Visit): Promise<Result> {
  const sessions = await eventually(
    () => sessionsOf(visit),
    (all) => all.some(({ status, provisional }) => status === 'ended' && !provisional),
    { what: 'the bill' }
  )
  t.equal(sessions.length, 1, 'one session')
  const { id, energyWh: energy, cost, status, meterStartWh, meterStopWh } = sessions[0] as BilledSession
  t.equal(energy, energyWh)
  t.strictSame(cost, { currency: 'CNY', amountMinor: billMinor })
  type Entries = { items: { account: unknown; amount: { amountMinor: number } }[] }
  const { items } = await eventually(
    () => visit.api.get<Entries>(`/ledger/entries?sessionId=${id}`),
    (entries) => entries.items.length > 0,
    { what: 'ledger entries' }
  )
  t.equal(
    items.reduce((sum, { amount }) => sum + amount.amountMinor, 0),
    0,
    'the ledger sums to zero'
  )
  t.match(await visit.api.get('/ledger/verify'), { ok: true })
  const posted = items.map(({ account, amount }) => `${JSON.stringify(account)} ${amount.amountMinor}`)
  return { session: { energy, cost, status, meterStartWh, meterStopWh }, posted: posted.toSorted() }
}

const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** One whole session; `after` is told the number of each message that has been said, the remote stop among them. */
async function wholeSession(t: Test, visit: Visit, how: Course): Promise<Result> {
  const { times, after, inFlight } = how
  const tag = `TAG-${visit.identity}`
  const [first, last] = [beginning(how.day, tag), ending(how.day, tag)]
  const transactionId = await tell(visit, first, { times, between: after })
  await stopFromAfar(t, visit, transactionId, { times, ...(inFlight ? { inFlight } : {}) })
  await after(first.length)
  const between = async (index: number) => after(first.length + 1 + index)
  await tell(visit, last, { times, transactionId, between })
  const result = await billIsExact(t, visit)
  await visit.client.close()
  return result
}

type Course = Stopping & { readonly day: string; after(index: number): Promise<void> }

const messages = beginning('2026-01-01', '').length + 1 + ending('2026-01-01', '').length
const onItsWay = 'while the remote stop is on its way'
const kills = [...Array.from({ length: messages - 1 }, (_, gap) => gap), onItsWay] as const

void test('a charge-point client that we did not write', async (t) => {
  t.setTimeout(1_000_000)
  const grid = { limitA: [400, 400, 400], voltageV: 230 }
  const circuits = ['feeder-1', 'feeder-2'].map((id) => ({ id, limitA: [200, 200, 200] }))
  const stack = await startStack({ site: { grid, circuits } })
  t.teardown(() => stack.stop())
  let told: Result | undefined

  await t.test('boots, authorises, starts, is stopped from afar and billed to the minor unit', async (t) => {
    const visit = await arrive(stack, 'FOREIGN-1')
    told = await wholeSession(t, visit, { times: 1, day: dayBefore(1), after: async () => undefined })
    t.equal(visit.client.heard('RemoteStopTransaction'), 1)
  })

  const killed = async () => {
    await stack.edge.kill()
    await stack.edge.start()
  }
  for (const [index, kill] of kills.entries()) {
    const when = kill === onItsWay ? kill : `after message ${kill + 1}`
    await t.test(`says everything three times, the edge is killed ${when}: the same result`, async (t) => {
      const visit = await arrive(stack, `FOREIGN-K${index}`)
      const result = await wholeSession(t, visit, {
        times: 3,
        day: dayBefore(2),
        after: async (message) => (message === kill ? killed() : undefined),
        ...(kill === onItsWay ? { inFlight: killed } : {})
      })
      t.strictSame(result, told)
    })
  }
})
