import type { PlanOutcome, Problem } from '../core/horizon/index.ts'

/** What crosses between the loop's thread and the solver's. */
export type Question = { readonly id: number; readonly problem: Problem; readonly deadlineMs: number }

export type Reply = { readonly id: number; readonly outcome: PlanOutcome }
