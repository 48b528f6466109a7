import { parseArgs } from 'node:util'
import { show } from '../bench/figure.ts'
import { outage } from './outage.ts'

/** `npm run simulate -- outage [--seconds 60]`. Exit code 1 when anything was lost. */
export async function runOutage(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options: { seconds: { type: 'string' } } })
  const seconds = Number(values.seconds ?? 60)
  if (!Number.isInteger(seconds) || seconds < 4 || seconds > 3_600)
    throw new Error(`--seconds: expected 4 to 3600, found "${values.seconds}"`)
  const verdict = await outage(seconds, (line) => process.stderr.write(`${line}\n`))
  const lost = verdict.sessionsAtEdge - verdict.sessionsInCloud
  const unseen = verdict.limitLooks < seconds / 2 ? 1 : 0 // Who did not look has seen nothing wrong.
  const wrong =
    Math.abs(lost) + verdict.wrongWh + verdict.overLimitSeconds + unseen + (verdict.ledgerOk ? 0 : 1)
  show({ name: 'simulate.outage', value: wrong, unit: 'sessions, Wh or seconds wrong', limit: 0, ...verdict })
  process.stderr.write(
    wrong === 0
      ? `nothing was lost: ${verdict.sessionsInCloud} sessions in the cloud are those of the edge, to the watt-hour\n`
      : 'something is wrong: see the figure\n'
  )
  if (wrong !== 0) process.exitCode = 1
}
