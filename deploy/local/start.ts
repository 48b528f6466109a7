import path from 'node:path'
import { greeting } from './greeting.ts'
import { holderOf } from './holder.ts'
import { keep, type Kept } from './keeper.ts'
import { addressesFrom, stepsOf, type Addresses } from './parts.ts'
import { obstacleAt } from './ports.ts'
import { clear, openRoll, type Roll } from './roll.ts'
import { help, ports, portsUsed, readSettings, SettingFault, type Settings } from './settings.ts'
import { until } from './waiting.ts'

const root = path.join(import.meta.dirname, '..', '..')
const sameKeyMs = 700 // npm passes a Ctrl-C on to us that the terminal has already sent: one wish, not two.

const stoppingMs = 30_000 // All parts' patience together.

const say = (line: string): void => console.log(line)

process.exitCode = await main()

async function main(): Promise<number> {
  const words = process.argv.slice(2)
  if (words.includes('--help')) {
    say(help)
    return 0
  }
  try {
    const settings = readSettings(words, process.env, root)
    const roll = await rollOf(settings)
    try {
      await refuseTakenPorts(settings)
      return await run(settings, roll)
    } finally {
      roll.close()
    }
  } catch (cause) {
    if (!(cause instanceof SettingFault)) throw cause
    console.error(`Nova-X: ${cause.message}`)
    return 1
  }
}

async function rollOf(settings: Settings): Promise<Roll> {
  const { roll, left } = await until('the run before this one to stop', stoppingMs, () => {
    const opened = openRoll(settings.dataDir)
    if (!('who' in opened)) return opened
    if (opened.stopping) return undefined
    throw new SettingFault(`already running from ${settings.dataDir} (process ${opened.who})`)
  })
  if (left.length > 0) {
    say(`clearing up after a run that was killed (${left.map(({ name }) => name).join(', ')})`)
    await clear(left)
  }
  return roll
}

async function refuseTakenPorts(settings: Settings): Promise<void> {
  for (const name of portsUsed(settings)) {
    const { variable, what } = ports[name]
    const port = settings[name]
    const obstacle = await obstacleAt(port)
    if (obstacle === undefined) continue
    const because =
      obstacle === 'taken'
        ? `is in use by ${holderOf(port) ?? 'another program'}; free it or set`
        : 'is not open to this user; set'
    throw new SettingFault(`port ${port} (${what}) ${because} ${variable} to another port`)
  }
}

async function run(settings: Settings, roll: Roll): Promise<number> {
  const kept: Kept[] = []
  const ending = theEnd(kept)
  const addresses = addressesFrom(settings)
  try {
    const started = startAll({ settings, roll, addresses, kept, ending: ending.signal })
    const missing = (await Promise.race([started, ending.asked])) ?? []
    if (!ending.signal.aborted) say(greeting(settings, missing))
    await Promise.race([ending.asked, ...kept.map(({ failed }) => failed)])
    return 0
  } catch (cause) {
    console.error(`Nova-X: ${cause instanceof Error ? cause.message : String(cause)}`)
    return 1
  } finally {
    say('stopping')
    roll.stopping()
    for (const each of kept.toReversed()) await each.stop()
    say('stopped')
  }
}

type Course = {
  readonly settings: Settings
  readonly roll: Roll
  readonly addresses: Addresses
  readonly kept: Kept[]
  readonly ending: AbortSignal
}

/** @returns why what is missing is missing, when the rest goes on without it */
async function startAll({ settings, roll, addresses, kept, ending }: Course): Promise<readonly string[]> {
  const missing: string[] = []
  for (const step of stepsOf({ root, settings, addresses, say })) {
    if (ending.aborted) return missing
    const parts = step.map((make) => keep(make(), { roll, say }))
    kept.push(...parts)
    const ready = await Promise.race([Promise.all(parts.map((part) => part.ready)), aborted(ending)])
    missing.push(...(ready ?? []).filter((why) => why !== undefined))
  }
  return missing
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const heard = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => heard.resolve(), { once: true })
  await heard.promise
}

/** Resolves `asked` at the first wish to stop; a second one makes haste. */
function theEnd(kept: readonly Kept[]): { asked: Promise<void>; signal: AbortSignal } {
  const asked = Promise.withResolvers<void>()
  const control = new AbortController()
  let firstAt = 0
  const wish = (): void => {
    if (!control.signal.aborted) {
      firstAt = performance.now()
      control.abort()
      asked.resolve()
    } else if (performance.now() - firstAt > sameKeyMs) {
      for (const each of kept) each.hurry()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, wish)
  process.once('disconnect', wish) // Who started us was killed.
  process.channel?.unref()
  for (const stream of [process.stdout, process.stderr]) stream.on('error', wish) // The terminal is gone.
  return { asked: asked.promise, signal: control.signal }
}
