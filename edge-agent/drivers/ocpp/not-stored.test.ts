import { test } from 'tap'
import { open, stage, until } from './stage.suite.ts'

const start = { connectorId: 1, idTag: 'TAG-1', meterStart: 100, timestamp: '2026-01-02T03:04:05Z' }

void test('what could not be stored gets no answer, and the line ends so that it is sent again', async (t) => {
  const { url, intake, errors } = await stage(t)
  const charger = await open(url('CP1'))
  await charger.call('Heartbeat', {})
  intake.failing = true
  charger.send(`[2,"x","StartTransaction",${JSON.stringify(start)}]`)
  t.match(await charger.closed, { code: 1011 })
  t.equal(charger.heard.length, 0)
  t.ok(errors.length > 0)
})

void test('while nothing can be stored a line opens, stays, and carries stops; a status gets no answer', async (t) => {
  const { url, driver, intake, errors } = await stage(t)
  intake.failing = true
  const charger = await open(url('CP1'))
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Charging' }
  charger.send(`[2,"s","StatusNotification",${JSON.stringify(status)}]`)
  await until('it was tried', () => errors.length >= 2)
  const stop = driver.perform(
    'CP1',
    { action: 'stop', payload: { transactionId: '7' } },
    AbortSignal.timeout(9_000)
  )
  const [, id, action] = (await charger.next()) as [number, string, string]
  t.equal(action, 'RemoteStopTransaction', 'nothing else was said to it')
  charger.send(`[3,"${id}",{"status":"Accepted"}]`)
  t.match(await stop, { kind: 'accepted' })
  intake.failing = false
  t.match(await charger.call('StatusNotification', status), [3])
})

const sample = (transactionId?: number) => ({
  connectorId: 1,
  ...(transactionId === undefined ? {} : { transactionId }),
  meterValue: [{ timestamp: '2026-06-01T08:00:00Z', sampledValue: [{ value: '1500' }] }]
})

void test('readings of a transaction that could not be stored are tried again by us, then answered, in their turn', async (t) => {
  const { url, driver, intake, errors } = await stage(t, { limits: { tickMs: 5 } })
  const charger = await open(url('CP1'))
  await charger.call('Heartbeat', {})
  intake.failing = true
  charger.send(`[2,"r","MeterValues",${JSON.stringify(sample(7))}]`)
  charger.send('[2,"h","Heartbeat",{}]')
  await until('it was tried again', () => errors.length >= 3)
  const heard = new Set(
    intake.said.filter(({ what }) => what === 'readings').map((each) => each.with['heardAt'])
  )
  t.equal(heard.size, 1, 'heard once, whenever it is stored')
  const stop = driver.perform(
    'CP1',
    { action: 'stop', payload: { transactionId: '7' } },
    AbortSignal.timeout(9_000)
  )
  const [, id, action] = (await charger.next()) as [number, string, string]
  t.equal(action, 'RemoteStopTransaction', 'meanwhile a stop goes through')
  charger.send(`[3,"${id}",{"status":"Accepted"}]`)
  t.match(await stop, { kind: 'accepted' })
  intake.failing = false
  t.strictSame(await charger.next(), [3, 'r', {}])
  t.match(await charger.next(), [3, 'h', {}])
  const tries = errors.length
  await charger.call('Heartbeat', {})
  t.equal(errors.length, tries, 'and not again')
})

void test('what waits behind what cannot be stored was heard when it came, not when its turn came', async (t) => {
  const { url, driver, intake, errors } = await stage(t, { limits: { tickMs: 5 } })
  const charger = await open(url('CP1'))
  await charger.call('Heartbeat', {})
  intake.failing = true
  charger.send(`[2,"r1","MeterValues",${JSON.stringify(sample(7))}]`)
  charger.send(`[2,"r2","MeterValues",${JSON.stringify(sample(7))}]`)
  charger.send(`[2,"h","Heartbeat",{}]`)
  await until('it was tried again', () => errors.length >= 3)
  const order = { action: 'stop', payload: { transactionId: '7' } } as const
  const stop = driver.perform('CP1', order, AbortSignal.timeout(9_000))
  const [, id] = (await charger.next()) as [number, string]
  charger.send(`[3,"${id}",{"status":"Accepted"}]`)
  await stop // What was sent before its answer has arrived.
  const [later, laterMs] = [Date.now(), performance.now()]
  await until('the clock has gone on', () => Date.now() > later)
  intake.failing = false
  t.strictSame(await charger.next(), [3, 'r1', {}])
  t.strictSame(await charger.next(), [3, 'r2', {}])
  const [, , { currentTime }] = (await charger.next()) as [number, string, { currentTime: string }]
  const second = intake.said.findLast(({ what }) => what === 'readings')!.with
  t.ok(Date.parse(String(second['heardAt'])) <= later, `heard ${String(second['heardAt'])}`)
  t.ok(Number(second['heardMs']) <= laterMs)
  t.ok(Date.parse(currentTime) > later, 'but its clock is set by the moment of the answer')
})

void test('readings that still cannot be stored end the line, so that the charger keeps them', async (t) => {
  const { url, intake } = await stage(t, { limits: { tickMs: 5, workMs: 200 } })
  const charger = await open(url('CP1'))
  await charger.call('Heartbeat', {})
  intake.failing = true
  charger.send(`[2,"r","MeterValues",${JSON.stringify(sample(7))}]`)
  t.match(await charger.closed, { code: 1011, reason: 'not stored in time' })
  t.equal(charger.heard.length, 0)
  t.ok(intake.said.filter(({ what }) => what === 'readings').length > 1, 'after more than one try')
})

void test('readings of no transaction get no answer and hold nobody up', async (t) => {
  const { url, intake, errors } = await stage(t, { limits: { tickMs: 5 } })
  const charger = await open(url('CP1'))
  await charger.call('Heartbeat', {})
  intake.failing = true
  charger.send(`[2,"r","MeterValues",${JSON.stringify(sample())}]`)
  t.match(await charger.call('Heartbeat', {}), [3])
  t.equal(errors.length, 1)
})
