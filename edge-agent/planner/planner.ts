import { checkPlan, faultOf, type HorizonPlan, type PlanFault, type Problem } from '../core/horizon/index.ts'
import { openThread, type Thread } from './thread.ts'
import type { Question, Reply } from './words.ts'

/** Why there is no plan. `late`: the deadline passed; `superseded`: a newer question came; `refused`: it broke a row. */
export type Refusal = PlanFault | 'superseded' | 'refused' | 'closed'

export type Asked =
  | { readonly ok: true; readonly plan: HorizonPlan }
  | { readonly ok: false; readonly fault: Refusal }

export type Needs = {
  readonly clock: { after(milliseconds: number, work: () => void): { cancel(): void } }
  readonly deadlineMs: number // From the question to its answer.
  /** Each answer once: 'plan' or why there is none. */
  counted(outcome: 'plan' | Refusal): void
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

export type Planner = {
  /** Never throws and never waits longer than the deadline. A question still open is superseded. */
  ask(problem: Problem): Promise<Asked>
  /** The last plan that held; null before the first and after a question that had none. */
  latest(): HorizonPlan | null
  /** Gives up the question under way and ends the thread. */
  close(): Promise<void>
}

type Open = {
  readonly question: Question
  readonly answer: (asked: Asked) => void
  readonly timer: { cancel(): void }
}

type Desk = {
  readonly needs: Needs
  readonly ending: Set<Promise<void>>
  thread: Thread | null
  open: Open | null
  plan: HorizonPlan | null
  asked: number
  closed: boolean
}

/** The thread starts with the first question, and again after one that was late or broke it. */
export function openPlanner(needs: Needs): Planner {
  const desk: Desk = {
    needs,
    ending: new Set(),
    thread: null,
    open: null,
    plan: null,
    asked: 0,
    closed: false
  }
  return {
    ask: async (problem) => {
      if (desk.closed) return { ok: false, fault: 'closed' }
      giveUp(desk, 'superseded')
      const { promise, resolve } = Promise.withResolvers<Asked>()
      put(desk, problem, resolve)
      return promise
    },
    latest: () => desk.plan,
    close: async () => {
      desk.closed = true
      giveUp(desk, 'closed')
      dismiss(desk)
      await Promise.all(desk.ending)
    }
  }
}

function put(desk: Desk, problem: Problem, answer: Open['answer']): void {
  const { clock, deadlineMs } = desk.needs
  const question = { id: ++desk.asked, problem, deadlineMs }
  const timer = clock.after(deadlineMs, () => giveUp(desk, 'late'))
  desk.open = { question, answer, timer }
  const fault = faultOf(problem)
  if (fault !== null) return settle(desk, { ok: false, fault })
  desk.thread ??= openThread({
    reply: (reply) => hear(desk, reply),
    broken: (cause) => {
      desk.needs.log.warn({ cause }, 'the planner broke; the loop goes on with its own strategy')
      desk.thread = null
      giveUp(desk, 'failed')
    }
  })
  desk.thread.post(question)
}

function hear(desk: Desk, { id, outcome }: Reply): void {
  if (desk.open?.question.id === id) settle(desk, believed(desk.open.question.problem, outcome, desk.needs))
}

/** The thread cannot be asked to stop in mid-solve: it is ended. */
function giveUp(desk: Desk, fault: Refusal): void {
  if (desk.open === null) return
  dismiss(desk)
  settle(desk, { ok: false, fault })
}

function dismiss(desk: Desk): void {
  if (desk.thread === null) return
  const going = desk.thread.end()
  desk.thread = null
  desk.ending.add(going)
  void going.finally(() => desk.ending.delete(going))
}

function settle(desk: Desk, asked: Asked): void {
  const { open, needs } = desk
  desk.open = null
  desk.thread?.rest()
  open?.timer.cancel()
  if (asked.ok) desk.plan = asked.plan
  else if (asked.fault !== 'superseded') desk.plan = null
  needs.counted(asked.ok ? 'plan' : asked.fault)
  open?.answer(asked)
}

/** The answer is judged on this side: a thread that miscounts must not move a fuse. */
function believed(problem: Problem, outcome: Reply['outcome'], { log }: Needs): Asked {
  if (!outcome.ok) return outcome
  const wrong = checkPlan(problem, outcome.plan)
  if (wrong === null) return outcome
  log.warn({ wrong }, 'a plan that does not hold was refused')
  return { ok: false, fault: 'refused' }
}
