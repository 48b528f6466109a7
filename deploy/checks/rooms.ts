/**
 * The rooms of the house and what each may see beside itself. A later, longer entry wins over an earlier one.
 * `folder` and `sees` are paths from the root; `*` stands for one name, `*.ts` for one file. Language: everything in shared-protocol.
 */
export type Room = {
  readonly folder: string
  readonly sees: readonly string[]
  /** Clock, chance, files and network are arguments here: no `node:` and of packages only those named. */
  readonly pure?: readonly string[]
  /** Each folder inside is a room of its own, closed to its neighbours. */
  readonly apart?: true
}

const language = 'shared-protocol'
const cloudFittings = ['cloud/bus', 'cloud/db', 'cloud/http']
const protocol = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `${language}/${name}`)
const zod = ['zod']
// Scenarios and benchmarks open the doors that edge and cloud export, and start servers.
const wholeSystem = [language, 'simulators', 'edge-agent', 'cloud', 'deploy/local']

export const rooms: readonly Room[] = [
  { folder: 'shared-protocol/units', sees: [], pure: zod },
  { folder: 'shared-protocol/model', sees: protocol('units'), pure: zod },
  { folder: 'shared-protocol/tariff', sees: protocol('units', 'model'), pure: zod },
  { folder: 'shared-protocol/messages', sees: protocol('units', 'model', 'tariff'), pure: zod },
  {
    folder: 'shared-protocol/codecs',
    sees: protocol('units', 'model', 'codecs/bytes'),
    pure: zod,
    apart: true
  },
  // A tariff in OCPI's words is priced by the one engine: this codec sees the tariff room.
  { folder: 'shared-protocol/codecs/ocpi', sees: protocol('units', 'model', 'tariff'), pure: zod },
  { folder: 'shared-protocol/dialogues', sees: protocol('units', 'model', 'codecs'), pure: zod, apart: true },

  { folder: 'edge-agent/main.ts', sees: [language, 'edge-agent'] },
  { folder: 'edge-agent/agent.ts', sees: [language, 'edge-agent'] },
  { folder: 'edge-agent/program.ts', sees: [language, 'edge-agent'] },
  { folder: 'edge-agent/joints', sees: [language, 'edge-agent'] },
  { folder: 'edge-agent/settings', sees: [language, 'edge-agent/core'] },
  { folder: 'edge-agent/desired', sees: [language, 'edge-agent/core'] },
  { folder: 'edge-agent/metrics', sees: [language] },
  {
    folder: 'edge-agent/orders',
    sees: [language, 'edge-agent/core', 'edge-agent/drivers/contract.ts']
  },
  { folder: 'edge-agent/core', sees: [language], pure: zod },
  {
    folder: 'edge-agent/control-loop',
    sees: [language, 'edge-agent/core', 'edge-agent/drivers/contract.ts']
  },
  { folder: 'edge-agent/drivers', sees: [language, 'edge-agent/drivers/contract.ts'], apart: true },
  { folder: 'edge-agent/drivers/index.ts', sees: [language, 'edge-agent/drivers'] },
  { folder: 'edge-agent/intake', sees: [language, 'edge-agent/core', 'edge-agent/drivers/contract.ts'] },
  {
    folder: 'edge-agent/participants',
    sees: [language, 'edge-agent/core', 'edge-agent/drivers/contract.ts']
  },
  { folder: 'edge-agent/card-lists', sees: [language, 'edge-agent/drivers/contract.ts'] },
  { folder: 'edge-agent/patrol', sees: [language, 'edge-agent/drivers/contract.ts'] },
  { folder: 'edge-agent/planner', sees: [language, 'edge-agent/core'] },
  { folder: 'edge-agent/store', sees: [language, 'edge-agent/core'] },
  { folder: 'edge-agent/uplink', sees: [language] },
  { folder: 'edge-agent/local', sees: [language, 'edge-agent/core'] },

  { folder: 'cloud/*.ts', sees: [language, ...cloudFittings, 'cloud/gateways', 'cloud/contexts'] },
  { folder: 'cloud/bus', sees: [language] },
  { folder: 'cloud/db', sees: [language] },
  { folder: 'cloud/http', sees: [language] },
  { folder: 'cloud/gateways', sees: [language, ...cloudFittings], apart: true },
  // As a driver sees its contract, a payment gateway sees the ports that payments and reconciliation declare.
  {
    folder: 'cloud/gateways/payments',
    sees: [
      language,
      ...cloudFittings,
      'cloud/contexts/payments/provider.ts',
      'cloud/contexts/reconciliation/source.ts'
    ]
  },
  { folder: 'cloud/contexts', sees: [language, ...cloudFittings, 'cloud/contexts/*/events.ts'], apart: true },
  { folder: 'cloud/contexts/*/model.ts', sees: [language, 'cloud/contexts/*/events.ts'], pure: zod },
  { folder: 'cloud/contexts/*/events.ts', sees: [language], pure: zod },
  { folder: 'cloud/web', sees: [language] },

  { folder: 'simulators', sees: [language] },
  { folder: 'simulators/main.ts', sees: [language, 'simulators'] },
  { folder: 'simulators/scenarios', sees: wholeSystem },
  { folder: 'simulators/bench', sees: wholeSystem },
  { folder: 'simulators/faults', sees: wholeSystem },

  { folder: 'firmware-bridge/image', sees: [language], pure: zod },
  { folder: 'firmware-bridge/update', sees: [language], pure: zod },
  { folder: 'firmware-bridge', sees: [language] },

  { folder: 'deploy/setup', sees: [] },
  { folder: 'deploy/nats', sees: [] },
  { folder: 'deploy/local', sees: ['deploy/nats', 'deploy/setup/node-flags.mjs'] },
  { folder: 'deploy/test', sees: ['deploy/local', 'deploy/checks/sources.ts'] },
  { folder: 'deploy/verify', sees: [] },
  { folder: 'deploy/checks', sees: [] }
]

/** Libraries that own the outside world are imported in these rooms only; tests may use them, and benchmarks as peers. */
export const libraries: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^better-sqlite3$/, rooms: ['edge-agent/store'] },
  { name: /^node:sqlite$/, rooms: [] },
  { name: /^pg(-.*)?$/, rooms: ['cloud/db', 'simulators/bench'] },
  { name: /^@nats-io\/(jwt|nkeys)$/, rooms: ['cloud/bus', 'deploy/nats'] },
  { name: /^@nats-io\/(?!jwt$|nkeys$)/, rooms: ['cloud/bus', 'edge-agent/uplink', 'simulators/bench'] },
  { name: /^highs$/, rooms: ['edge-agent/planner', 'simulators/bench'] },
  { name: /^aedes$/, rooms: ['edge-agent/local'] },
  { name: /^ws$/, rooms: ['edge-agent/drivers', 'cloud/gateways', 'simulators'] },
  { name: /^node-opcua/, rooms: ['edge-agent/drivers'] }
]

/** What a test may see beyond its own room: the parts of its own workspace, simulators, and servers to test against. */
export const testsSee: readonly string[] = [language, 'simulators', 'deploy/local']

/** Test code: never imported by what runs in production. */
export const isTest = (file: string): boolean =>
  /\.(test|suite|bench)\.tsx?$/.test(file) || /(^|\/)(testing|test-support)(\/|\.tsx?$|-)/.test(file)
