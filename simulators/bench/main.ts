import { parseArgs } from 'node:util'

type Bench = { readonly does: string; readonly run: (options: { readonly short: boolean }) => Promise<void> }

/** Loaded when asked for, so that one benchmark does not carry the others' imports. */
const benches: Readonly<Record<string, Bench>> = {
  ocpp: {
    does: 'edge OCPP intake beside a bare ws server and ocpp-rpc',
    run: async (options) => (await import('./ocpp.ts')).benchOcpp(options)
  },
  start: {
    does: 'HTTP start command to the charger socket, 200 chargers sending',
    run: async (options) => (await import('./start.ts')).benchStart(options)
  },
  sync: {
    does: 'a backlog from SQLite to PostgreSQL, beside COPY and JetStream alone',
    run: async (options) => (await import('./sync.ts')).benchSync(options)
  },
  setpoints: {
    does: 'site limit halved with 100 chargers: the last lower set-point sent',
    run: async (options) => (await import('./setpoints.ts')).benchSetPoints(options)
  },
  footprint: {
    does: 'edge memory with 100 chargers, start to listening, bytes written a session-hour',
    run: async (options) => (await import('./footprint.ts')).benchFootprint(options)
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, short: { type: 'boolean' } }
})
const names = positionals.length > 0 ? positionals : Object.keys(benches)
const unknown = names.filter((name) => !Object.hasOwn(benches, name))
if (values.help || unknown.length > 0) {
  const list = Object.entries(benches).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`)
  process.stderr.write(
    `${unknown.map((name) => `unknown benchmark "${name}"\n`).join('')}npm run bench -- [NAME…] [--short]\n${list.join('\n')}\nWithout a name: all, in their short form.\n`
  )
  process.exitCode = values.help ? 0 : 2
} else {
  for (const name of names) await benches[name]?.run({ short: values.short ?? positionals.length === 0 })
}
