import { Last } from '../rows.ts'
import type { DaySite } from '../site.ts'
import type { Sums } from './sums.ts'

const volts = 230
const slackMilliA = 100 // A meter of class 1 trembles by as much, on each phase.
const unfoundMilliA = 4_400 // Whoever strays by less than 5 % of 20 kW is not one that does not follow.
const phases = [0, 1, 2] as const

/** What flows at one node of the tree: milliamperes by grid phase. */
export type Flows = { readonly loads: readonly [number, number, number]; readonly parts: Sums }

type Row = {
  readonly name: string
  readonly node: string
  readonly phase: 0 | 1 | 2 | 'all'
  readonly milliA: number
}
/** `loose` is kept below 0: the most of it is the least that was fed in by those whom nobody's word reaches. */
type Seen = { readonly row: Row; readonly rooms: Last; readonly loose: Last }

/**
 * Judges what is fed in, as what is drawn is judged: those who take a word may feed in what limit and loads leave beside
 * what nobody can change, or what they left at any moment within the window.
 */
export function exportJudge(size: number) {
  let site: DaySite | null = null
  let seen: readonly Seen[] = []
  return (now: DaySite, look: Look): { over: number; worst: string } => {
    if (site !== now) {
      const known = new Map(seen.map((each) => [each.row.name, each]))
      seen = rowsOf(now).map((row) => {
        const before = known.get(row.name)
        return { row, rooms: before?.rooms ?? new Last(size), loose: before?.loose ?? new Last(size) }
      })
      site = now
    }
    const worst = { over: 0, worst: '' }
    let [node, flows]: [string | null, Flows] = [null, nothing]
    for (const each of seen) {
      if (each.row.node !== node) [node, flows] = [each.row.node, look.flows(each.row.node)] // Rows of a node stand together.
      const over = overOf(each, look, flows)
      if (over > worst.over) Object.assign(worst, { over, worst: each.row.name })
    }
    return worst
  }
}

export type Look = {
  readonly exportW: number // The tightest word on the connection that holds now; Infinity: none.
  readonly isDown: boolean // A dead edge hears of no limit and can hold none.
  readonly windowS: number
  readonly isWrong: boolean // Somebody does not follow.
  flows(node: string): Flows
}

const none: Flows['loads'] = [0, 0, 0]
const nothing: Flows = {
  loads: none,
  parts: { draws: [0, 0, 0], feeds: [0, 0, 0], loose: [0, 0, 0], fed: [0, 0, 0], fedBefore: () => [0, 0, 0] }
}

function overOf(
  { row: { node, phase, milliA }, rooms, loose }: Seen,
  look: Look,
  { loads, parts }: Flows
): number {
  const at = (of: readonly [number, number, number]): number =>
    phase === 'all' ? of[0] + of[1] + of[2] : of[phase]
  const limit = node === 'grid' && phase === 'all' ? Math.min(milliA, (look.exportW * 1000) / volts) : milliA
  rooms.push(look.isDown ? Infinity : limit + at(loads) + at(parts.draws) + at(parts.loose))
  loose.push(-at(parts.fed))
  const slack = slackMilliA * (phase === 'all' ? 3 : 1) + (look.isWrong ? unfoundMilliA : 0)
  const beyondSlack = at(parts.feeds) - slack
  if (beyondSlack <= 0) return 0 // Whatever room there was: none is below nothing.
  const most = rooms.most(look.windowS)
  const over = Math.max(0, beyondSlack - Math.max(0, most + loose.most(look.windowS)))
  if (over === 0) return 0
  const strayed = leastOf(look.windowS, (looks) => at(parts.fedBefore(looks)))
  return Math.max(0, beyondSlack - Math.max(0, most - strayed))
}

/**
 * What those fed in whom nobody's word reaches now, each by itself: who is led again in the very second takes none of
 * the allowance with him that another's rise began.
 */
function leastOf(looks: number, fed: (looks: number) => number): number {
  let least = Infinity
  for (let back = 0; back < looks; back++) least = Math.min(least, fed(back))
  return least
}

function rowsOf(site: DaySite): readonly Row[] {
  const fuses = (id: string, limitA: readonly [number, number, number]): Row[] =>
    phases.map((phase) => ({
      name: `${id} L${phase + 1} export`,
      node: id,
      phase,
      milliA: limitA[phase] * 1000
    }))
  const total = { name: 'export total', node: 'grid', phase: 'all' as const, milliA: Infinity }
  return [
    total,
    ...fuses('grid', site.grid.limitA),
    ...site.circuits.flatMap(({ id, limitA }) => fuses(id, limitA))
  ]
}
