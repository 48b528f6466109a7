import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { GridDesk } from './grid-operator.ts'

/*
 * OpenEMS's rows about the relay of a German control box (§ 14a EnWG), read from where they lie: `false`, an open
 * contact, is the operator's "limit". Two of theirs let go where ours holds: an input that cannot be read is no limit
 * there, and neither is a closed one while the site believes itself off the grid.
 */
const path = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`
const Rows = z.object({
  openems_14a: z.object({
    rows_input_gridmode_minActivePowerConstraint: z.array(
      z.tuple([z.boolean().nullable(), z.string(), z.number().nullable()])
    )
  })
})

const relay = {
  source: 'grid-operator',
  kind: 'relay',
  heartbeatSeconds: 120,
  releaseSeconds: 120,
  failsafeW: 4_200,
  failsafeMinimumSeconds: 7_200,
  dimmedW: 4_200
} as const

/** What holds after the contact was read as free for a while and then as `input` for three minutes. */
function holdsAfter(input: boolean | null): number | null {
  const desk = new GridDesk(relay, 0, () => undefined)
  for (let second = 1; second <= 300; second++) desk.contact(false, second * 1000)
  if (desk.standing(300_000) !== null) throw new Error('a relay that is free for five minutes sets no limit')
  for (let second = 301; second <= 480; second++) {
    if (input !== null) desk.contact(!input, second * 1000)
    desk.hear({ kind: 'tick' }, second * 1000)
  }
  return desk.standing(480_000)?.limit.limitW ?? null
}

void test('the relay of the grid operator: where theirs lets go, ours holds', { skip }, async (t) => {
  const { openems_14a } = Rows.parse(JSON.parse(readFileSync(path, 'utf8')))
  t.comment('differs: a contact that cannot be read, or is open off the grid, lets go there; here it dims')
  for (const [input, gridMode, theirs] of openems_14a.rows_input_gridmode_minActivePowerConstraint) {
    const ours = holdsAfter(input)
    const isStricter = input === null || (input === false && gridMode === 'OFF_GRID')
    t.equal(ours, isStricter ? 4_200 : theirs === null ? null : -theirs, `${input} ${gridMode}`)
  }
})
