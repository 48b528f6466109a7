import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { t as file, test } from 'tap'
import { plugIn } from './charge-point.suite.ts'
import { openEdge, until, type TestEdge } from './edge.suite.ts'

/** A disk of its own, small enough to be filled in a moment; null where we may not mount one. */
function smallDisk(): string | null {
  const at = mkdtempSync(path.join(tmpdir(), 'nova-small-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', at]).status === 0) return at
  rmdirSync(at)
  return null
}

function unmount(at: string): void {
  spawnSync('umount', [at])
  rmSync(at, { recursive: true, force: true })
}

/** Until not a byte is left. */
function fill(file: string): void {
  const to = openSync(file, 'w')
  try {
    for (const bytes of [65_536, 4_096, 1]) while (writes(to, Buffer.alloc(bytes))) continue
  } finally {
    closeSync(to)
  }
}

function writes(to: number, bytes: Buffer): boolean {
  try {
    return writeSync(to, bytes) === bytes.length
  } catch {
    return false // ENOSPC is what we want.
  }
}

const at = () => new Date().toISOString()
const meterValues = (registerWh: number, transactionId?: unknown) => ({
  connectorId: 1,
  ...(transactionId === undefined ? {} : { transactionId }),
  meterValue: [{ timestamp: at(), sampledValue: [{ value: String(registerWh) }] }]
})

file.setTimeout(1_000_000) // A busy machine; each wait in it has a deadline of its own.

type Items = { items: Record<string, unknown>[] }
const alarmsOf = async (edge: TestEdge) => (await edge.ask<Items>('GET', '/alarms')).body.items
const disk = smallDisk()
const skip = disk === null ? 'mounting a disk of its own needs root' : false

void test(
  'the disk is full in the middle of a session: it is stopped, nothing is lost, all goes on by itself',
  { skip, timeout: 600_000 },
  async (t) => {
    const folder = disk ?? ''
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = folder
    const edge = await openEdge({
      tokens: ['TAG-001', 'TAG-002'].map((uid) => ({ uid, type: 'ISO14443', status: 'accepted' }))
    })
    t.teardown(async () => {
      await edge.close()
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      unmount(folder)
    })
    const charger = await plugIn(edge.ports().ocpp, 'CP-1')
    await charger.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    const { transactionId } = await charger.call('StartTransaction', { connectorId: 1, idTag: 'TAG-001', meterStart: 1000, timestamp: at() }) // prettier-ignore
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
    await charger.call('MeterValues', meterValues(1500, transactionId))

    const filler = path.join(folder, 'filler')
    fill(filler)
    let registerWh = 1500
    let inARow = 0 // The log has some pages left; a small write may still find room in them.
    const failing = async () => {
      // Of no transaction: those of one are held until they can be stored, and what is behind them waits.
      for (let count = 0; count < 2; count++) void charger.call('MeterValues', meterValues(++registerWh))
      const now = (await alarmsOf(edge)).some(({ code }) => code === 'storage-failing')
      inARow = now ? inARow + 1 : 0
      return inARow
    }
    await until(failing, (count) => count >= 20, 'the alarm on the installer’s screen')
    t.equal((await fetch(`http://127.0.0.1:${edge.ports().local}/readyz`)).status, 503)

    const refused = await charger.call('Authorize', { idTag: 'TAG-002' })
    t.match(refused, { idTagInfo: { status: 'Invalid' } }, 'no new paid session')
    const cycle = async () =>
      (await edge.ask<{ effectiveLimit: { at: string } }>('GET', '/site')).body.effectiveLimit.at
    const last = await cycle()
    await until(cycle, (now) => now > last, 'the next cycle: limits hold from memory')
    const lower = await edge.ask('PUT', '/limits/operator', { limitW: 3_000, reason: 'less' })
    t.match(
      lower,
      { status: 503, body: { code: 'storage-failing' } },
      'it is not stored, and who asked is told'
    )
    type Effective = { effectiveLimit: { limitW: number } }
    await until(
      async () => (await edge.ask<Effective>('GET', '/site')).body.effectiveLimit.limitW,
      (limitW) => limitW === 3_000,
      'but holds from memory'
    )

    const stop = await edge.ask('POST', '/chargers/CP-1/commands', { action: 'stop', payload: { transactionId: String(transactionId) } }) // prettier-ignore
    t.equal(stop.status, 202)
    t.match((await edge.ask('GET', `/commands/${String(stop.body['id'])}?wait=10`)).body, {
      status: 'accepted',
      result: { status: 'Accepted', recorded: false }
    })
    const stops = charger.asked.filter(({ action }) => action === 'RemoteStopTransaction')
    t.match(stops, [{ payload: { transactionId } }], 'asked once, among the set-points of the cycles')
    t.equal(stops.length, 1)

    const kept = { transactionId, meterStop: 3500, timestamp: at(), reason: 'Remote' }
    let answered = false
    void charger.call('StopTransaction', kept).then(() => (answered = true))
    await charger.closed
    t.notOk(answered, 'what is not stored is not answered: the charger keeps it')

    rmSync(filler)
    await until(
      () => alarmsOf(edge),
      (items) => !items.some(({ code }) => code === 'storage-failing'),
      'well again without a restart'
    )
    const back = await plugIn(edge.ports().ocpp, 'CP-1')
    t.teardown(() => back.close())
    t.match(await back.call('StopTransaction', kept), {})
    const { items } = (await edge.ask<Items>('GET', '/sessions?chargerId=CP-1')).body
    t.match(items, [{ status: 'ended', energyWh: 2500, meterStopWh: 3500 }], '0 Wh lost')
    t.equal(items.length, 1)
    t.match(await back.call('Authorize', { idTag: 'TAG-002' }), { idTagInfo: { status: 'Accepted' } })
  }
)
