import { wordFor, type Say } from '../../kit/text.ts'

const waits = /^(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d) waits for its days to be reconciled\.$/
const refused = /^(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d): (.+)$/s

/** What the cloud refuses a run with, by its first words. */
const codes: readonly (readonly [begins: RegExp, code: string])[] = [
  [/is not reconciled\.|has \d+ open breaks\./, 'breaks-open'],
  [/^There are no bank details of /, 'payee-unknown'],
  [/^Only a closed settlement is paid/, 'settlement-not-closed'],
  [/^It was closed before\./, 'settlement-not-open']
]

/** Why a schedule does not get on, in the reader's language; what is no sentence of the cloud's stays as it is. */
export function planWhy(problem: string, say: Say): string {
  const waiting = waits.exec(problem)
  if (waiting) return say('planWhy.days', { days: daysOf(waiting) })
  const refusal = refused.exec(problem)
  return refusal ? say('planWhy.other', { days: daysOf(refusal), why: inWords(refusal[3] ?? '') }) : problem
}

const daysOf = ([, from = '', until = '']: RegExpExecArray): string =>
  from === until ? from : `${from} – ${until}`

function inWords(said: string): string {
  const code = codes.find(([begins]) => begins.test(said))?.[1]
  if (code === undefined) return said
  const ours = wordFor('problem', code)
  return ours === code ? said : ours
}
