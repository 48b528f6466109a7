import { parseArgs } from 'node:util'
import { show } from '../bench/figure.ts'
import type { Verdict } from '../scenarios/books.ts'
import { numberOf } from '../world/words.ts'

type Run = { readonly seed: number; readonly count: number }
type Suite = { readonly does: string; readonly count: number; readonly run: (run: Run) => Promise<boolean> }

/** Each suite prints its figures and says whether everything held; loaded when asked for. */
const suites: Readonly<Record<string, Suite>> = {
  kill: {
    does: 'random kill -9 of the edge, the cloud process and PostgreSQL in mid-transaction',
    count: 300,
    run: async ({ seed, count }) => {
      const { killAtRandom } = await import('../scenarios/kill.ts')
      let held = true
      for (const victim of ['edge', 'cloud', 'postgres'] as const)
        held = judge(`kill.${victim}`, { seed, count }, await killAtRandom({ victim, count, seed })) && held
      return held
    }
  },
  outage: {
    does: 'a simulated day with the cloud cut: Wh over the limit beyond the ramp allowance',
    count: 8,
    run: async ({ seed, count }) => {
      const { runPowerFaults } = await import('../scenarios/power/outage.ts')
      const figure = await runPowerFaults({ seed, count })
      show({ ...figure, limit: 0, seed, count })
      return figure.value === 0
    }
  },
  power: {
    does: 'site-days with every fault on: Wh over the limits both ways; random heartbeats, limits, outages: ways to unlimited; rules switched off: those that nobody notices',
    count: 2_000,
    run: async ({ seed, count }) => {
      const { runPowerDays } = await import('../scenarios/power/outage.ts')
      const { switchOff } = await import('../scenarios/power/rules-off.ts')
      const { walkMany } = await import('../scenarios/power/unlimited.ts')
      const figure = await runPowerDays({ seed, count })
      show({ ...figure, limit: 0, seed, count })
      const walks = walkMany(seed, 100_000)
      show({ name: 'faults.unlimited', value: walks.unnamed, unit: 'transitions', limit: 0, seed, ...walks })
      const judge = await switchOff(seed, 24)
      show(judge)
      const { crashes, unended, doubled } = figure
      return figure.value + walks.unnamed + judge.value + crashes + unended + doubled === 0
    }
  },
  repeat: {
    does: 'sessions whose every transaction message is repeated with new ids and shuffled',
    count: 1_000,
    run: async ({ seed, count }) => {
      const { repeatEverything } = await import('../scenarios/repeat.ts')
      return judge('repeat', { seed, count }, await repeatEverything({ sessions: count, seed }))
    }
  },
  money: {
    does: 'paid sessions while PostgreSQL is killed and the bank loses, doubles, delays: what does not add up',
    count: 10,
    run: async ({ seed, count }) => {
      const { moneyUnderFire, wrongIn } = await import('../scenarios/money/faults.ts')
      const verdict = await moneyUnderFire({ seed, kills: count })
      const value = wrongIn(verdict)
      show({
        name: 'faults.money',
        value,
        unit: 'minor units, orders or Wh wrong',
        limit: 0,
        seed,
        count,
        ...verdict
      })
      return value === 0
    }
  },
  sessions: {
    does: 'random sessions in all zones under random tariffs: properties that do not hold (running cost = CDR = invoice = ledger; finer readings; a second calculator)',
    count: 10_000,
    run: async ({ seed, count }) => {
      const { holdProperties } = await import('../scenarios/money/properties.ts')
      const { failed, held, seconds } = await holdProperties({ seed, runs: count })
      show({
        name: 'faults.sessions',
        value: failed,
        unit: 'properties',
        limit: 0,
        seed,
        count,
        held,
        seconds
      })
      return failed === 0 && held > 0
    }
  },
  codecs: {
    does: 'spoilt inputs for every reader of foreign bytes: crashes, errors not declared, 50 ms, memory',
    count: 1_000_000,
    run: async ({ seed, count }) => {
      const { codecs, fuzz, isHeld } = await import('./codecs/index.ts')
      let held = true
      for (const open of codecs) {
        const { codec, ...verdict } = await fuzz(open(), { seed, count })
        const value = verdict.undeclared + verdict.broken + verdict.slow
        show({
          name: `faults.codecs.${codec}`,
          value,
          unit: 'inputs that broke it',
          limit: 0,
          seed,
          ...verdict
        })
        held = isHeld({ codec, ...verdict }) && held
      }
      return held
    }
  },
  'nats-loss': {
    does: 'NATS killed and its data folder deleted while frames are in flight',
    count: 20,
    run: async ({ seed, count }) => {
      const { loseNats } = await import('../scenarios/nats-loss.ts')
      return judge('nats-loss', { seed, count }, await loseNats({ count, seed }))
    }
  }
}

/** The floor of every suite that moves money: nothing lost, nothing doubled, not a watt-hour off, no review. */
function judge(name: string, run: Run, verdict: Verdict): boolean {
  const { lost, doubled, wrongWh, inReview, ledgerOk } = verdict
  const wrong = lost + doubled + wrongWh + inReview + (ledgerOk ? 0 : 1)
  show({ name: `faults.${name}`, value: wrong, unit: 'sessions or Wh wrong', limit: 0, ...run, ...verdict })
  return wrong === 0
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, seed: { type: 'string' }, count: { type: 'string' } }
})
const names = positionals.length > 0 ? positionals : Object.keys(suites)
const unknown = names.filter((name) => !Object.hasOwn(suites, name))
if (values.help || unknown.length > 0) {
  const list = Object.entries(suites).map(
    ([name, { does, count }]) => `  ${name.padEnd(10)} ${does} (--count ${count})`
  )
  process.stderr.write(`npm run faults -- [NAME…] [--seed N] [--count N]\n${list.join('\n')}\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  await runAll(names).catch((cause: unknown) => {
    console.error(cause instanceof Error ? cause.message : cause)
    process.exitCode = 1
  })
}

async function runAll(chosen: readonly string[]): Promise<void> {
  const seed = numberOf('seed', values.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 32 - 1)
  for (const name of chosen) {
    const suite = suites[name]
    if (!suite) continue
    const count = numberOf('count', values.count ?? String(suite.count), 1, 1e9)
    if (!(await suite.run({ seed, count }))) process.exitCode = 1
  }
}
