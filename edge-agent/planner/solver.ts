import highs, { type Highs, type Model, type ModelData } from 'highs'
import type { Answer, Lines, Solver } from '../core/horizon/index.ts'

// Its types speak of the CommonJS build; what Node loads is the module, whose default is the function itself.
const loadHighs = highs as unknown as () => Promise<Highs>

const codes = { optimal: 7, infeasible: 8, either: 9, unbounded: 10, late: 13, interrupted: 17 } // HighsModelStatus.

/** HiGHS in WebAssembly behind the few words that plans need. One model at a time; `close` gives its memory back. */
export type HighsSolver = Solver & {
  /** From now on a run that takes longer answers 'late'. */
  within(deadlineMs: number): void
  close(): void
}

const patienceMs = 60_000 // Unless `within` says less.

/** @throws when the WebAssembly cannot be loaded */
export async function openSolver(): Promise<HighsSolver> {
  const runtime = await loadHighs()
  let model: Model | null = null
  let deadlineMs = patienceMs
  const close = (): void => {
    model?.dispose()
    model = null
  }
  return {
    close,
    within: (milliseconds) => {
      deadlineMs = milliseconds
    },
    load: (lines) => {
      close()
      const loaded = runtime.createModel(dataOf(lines))
      loaded.options.set({ output_flag: false, time_limit: deadlineMs / 1000 })
      model = loaded
    },
    add: (rows) => {
      for (const { lower, upper, terms } of rows)
        model?.addRow(lower, upper, { indices: terms.map(([at]) => at), values: terms.map(([, by]) => by) })
    },
    run: () => (model === null ? { ok: false, fault: 'failed' } : answerOf(model))
  }
}

function dataOf(lines: Lines): ModelData {
  const [numCols, numRows] = [lines.cost.length, lines.rowLower.length]
  return {
    numCols,
    numRows,
    colCost: lines.cost,
    colLower: lines.colLower,
    colUpper: lines.colUpper,
    rowLower: lines.rowLower,
    rowUpper: lines.rowUpper,
    matrix: {
      format: 'csr',
      numRows,
      numCols,
      starts: lines.starts,
      indices: lines.columns,
      values: lines.values
    }
  }
}

function answerOf(model: Model): Answer {
  const { modelStatus } = model.run()
  switch (modelStatus) {
    case codes.optimal:
      return { ok: true, values: model.getSolution().colValue, objective: model.getObjectiveValue() }
    case codes.infeasible:
      return { ok: false, fault: 'infeasible' }
    case codes.either:
    case codes.unbounded:
      return { ok: false, fault: 'unbounded' }
    case codes.late:
    case codes.interrupted:
      return { ok: false, fault: 'late' }
    default:
      return { ok: false, fault: 'failed' }
  }
}
