import { edgeFlags } from './node-flags.mjs'

/**
 * @typedef {'nats' | 'web'} Extra what a task needs beside Node, the packages and generated code
 * @typedef {{ does: string, command: readonly string[], needs: readonly Extra[], onlyFor?: Record<Extra, RegExp>,
 *   afterKill?: string, bare?: true,
 *   flags?: readonly string[] }} Task `bare`: runs on the Node that is there, without any set-up;
 *   `flags`: for Node
 * @type {ReadonlyMap<string, Task>}
 */
export const tasks = new Map(
  Object.entries({
    start: {
      does: 'the whole system on this machine',
      command: ['deploy/local/start.ts'],
      needs: ['nats', 'web'],
      afterKill: 'deploy/local/clear.ts'
    },
    test: {
      does: 'every test',
      command: ['deploy/test/run.ts'],
      needs: ['nats', 'web'],
      onlyFor: { nats: /cloud|edge|deploy|simulators/, web: /web|browser|scenarios/ }
    },
    check: {
      does: 'format, lint, types, dead code, import rules',
      command: ['deploy/checks/run.ts'],
      needs: []
    },
    edge: { does: 'one edge agent', command: ['edge-agent/main.ts'], needs: [], flags: edgeFlags },
    cloud: { does: 'the cloud alone', command: ['cloud/main.ts'], needs: ['web'] },
    simulate: { does: 'a simulator', command: ['simulators/main.ts'], needs: ['nats'] },
    bench: { does: 'a benchmark', command: ['simulators/bench/main.ts'], needs: ['nats'] },
    faults: { does: 'a fault-injection suite', command: ['simulators/faults/main.ts'], needs: ['nats'] },
    'verify-ledger': {
      does: 'check the proof of a ledger entry',
      command: ['deploy/verify/verify-ledger.mjs'],
      needs: [],
      bare: true
    },
    plan: { does: 'draw the plan into the README', command: ['deploy/checks/plan.ts'], needs: [] },
    'api-types': {
      does: 'write the web pages’ types of the API',
      command: ['cloud/web/tools/make-api-types.ts'],
      needs: []
    },
    format: { does: 'format every file', command: ['node_modules/oxfmt/bin/oxfmt'], needs: [] },
    setup: { does: 'bring everything, run nothing', command: [], needs: ['nats', 'web'] }
  })
)

/** @returns {string} */
export function listOfTasks() {
  return [...tasks].map(([name, { does }]) => `  ${name.padEnd(9)} ${does}`).join('\n')
}
