import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { show } from '../figure.ts'
import { counted, type Counted } from './tap.ts'

/** One table of cases, and the test that plays it: what comes out is counted there and only there. */
type Table = {
  readonly name: string
  readonly unit: 'cases' | 'rows' | 'checks'
  readonly from: string // Folder of the cases.
  readonly test: string // File under edge-agent.
  readonly titles: RegExp // Of the tests that are cases, or whose checks are rows.
}

const tables: readonly Table[] = [
  {
    name: 'energy-tree cases equal',
    unit: 'cases',
    from: 'everest-energy',
    test: 'core/schedule/everest.test.ts',
    titles: /^energy tree /
  },
  {
    name: 'circuit rows equal',
    unit: 'rows',
    from: 'edge-limits',
    test: 'core/allocator/edge-limits.test.ts',
    titles: /circuits/
  },
  {
    name: 'rows of outer and inner limits equal',
    unit: 'rows',
    from: 'edge-limits',
    test: 'core/allocator/edge-limits.test.ts',
    titles: /from outside/
  },
  {
    name: 'cluster shares equal',
    unit: 'checks',
    from: 'edge-limits',
    test: 'core/allocator/edge-limits.test.ts',
    titles: /two cars/
  },
  {
    name: 'cluster, sun and ramp checks equal',
    unit: 'checks',
    from: 'edge-limits',
    test: 'core/schedule/edge-limits.test.ts',
    titles: /./
  },
  {
    name: 'fail-safe scenarios equal',
    unit: 'cases',
    from: 'edge-limits',
    test: 'core/limits/failsafe.test.ts',
    titles: /^scenario /
  },
  {
    name: 'relay rows equal or explained',
    unit: 'rows',
    from: 'edge-limits',
    test: 'desired/relay.test.ts',
    titles: /^the relay of the grid operator/
  }
]

const edge = new URL('../../../edge-agent/', import.meta.url)
const usual = fileURLToPath(new URL('../../../../shared/vectors', import.meta.url))
const patienceMs = 120_000
const mostBytes = 32 * 1024 * 1024

/** Energy tree, circuits, clusters and fail-safes: of each table how much comes out as given, and what differs by intent. */
export async function benchTables(): Promise<void> {
  const vectors = process.env['NOVA_VECTORS'] ?? usual
  const played = new Map<string, string>()
  for (const table of tables) {
    if (!existsSync(`${vectors}/${table.from}`)) {
      process.stderr.write(`${table.name}: no cases at ${vectors}/${table.from}: skipped\n`)
      continue
    }
    const text = played.get(table.test) ?? (await play(table.test, vectors))
    played.set(table.test, text)
    tell(table, counted(text, table.titles))
  }
}

function tell({ name, unit, test }: Table, { cases, rows, explained }: Counted): void {
  const { equal, different } = unit === 'cases' ? cases : rows
  const limit = equal + different.length
  show({
    name,
    value: equal,
    unit,
    limit,
    met: equal > 0 && different.length === 0,
    different,
    explained,
    test
  })
}

/** The test's own words, also of one that fails: then its failures are the figure. */
function play(test: string, vectors: string): Promise<string> {
  const env = { ...process.env, NOVA_VECTORS: vectors }
  const options = { env, timeout: patienceMs, maxBuffer: mostBytes }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [fileURLToPath(new URL(test, edge))], options, (fault, out) => {
      if (out.startsWith('TAP version')) resolve(out)
      else reject(new Error(`${test} said nothing that can be counted`, { cause: fault }))
    })
  })
}
