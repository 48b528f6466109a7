import { parentPort } from 'node:worker_threads'
import { solvePlan } from '../core/horizon/index.ts'
import { openSolver } from './solver.ts'
import type { Question, Reply } from './words.ts'

const solver = await openSolver()

parentPort?.on('message', ({ id, problem, deadlineMs }: Question) => {
  solver.within(deadlineMs)
  try {
    parentPort?.postMessage({ id, outcome: solvePlan(problem, solver) } satisfies Reply)
  } finally {
    solver.close()
  }
})
