import { test } from 'tap'
import { chanceOf } from '../../../world/chance.ts'
import { siteOf } from '../site.ts'
import { exportJudge, type Look } from './export.ts'

const windowS = 13
const site = { ...siteOf(chanceOf(7)), circuits: [] }
const grid = { ...site.grid, limitA: [200, 200, 200] as [number, number, number] }
const three = (sum: number): [number, number, number] => [sum / 3, sum / 3, sum / 3]

type Second = { readonly strayMilliA: number; readonly ledMilliA: number; readonly isLed: boolean }

/** Two inverters: one whom nobody's word reaches, the other with or without one. Milliamperes too much, second by second. */
function judged(seconds: readonly Second[]): number[] {
  const judge = exportJudge(40)
  const plan = { ...site, grid }
  return seconds.map(({ strayMilliA, ledMilliA, isLed }, at) => {
    const before = (looks: number): Second | undefined => seconds[at - looks]
    const look: Look = {
      exportW: 6_900, // 30 A, and no load beside it.
      isDown: false,
      windowS,
      isWrong: false,
      flows: () => ({
        loads: [0, 0, 0],
        parts: {
          draws: [0, 0, 0],
          loose: [0, 0, 0],
          feeds: three(isLed ? ledMilliA : 0),
          fed: three(strayMilliA + (isLed ? 0 : ledMilliA)),
          fedBefore: (looks) => {
            const then = before(looks)
            return three((then?.strayMilliA ?? 0) + (isLed ? 0 : (then?.ledMilliA ?? 0)))
          }
        }
      })
    }
    return judge(plan, look).over
  })
}

const calm: Second = { strayMilliA: 24_000, ledMilliA: 5_000, isLed: true }
const lasting = (second: Second, seconds: number): Second[] => Array.from({ length: seconds }, () => second)

void test('who strays further is made room for within the allowance, and no later', async (t) => {
  const over = judged([...lasting(calm, 20), ...lasting({ ...calm, strayMilliA: 28_000 }, windowS + 1)])
  t.strictSame([...new Set(over.slice(0, 19 + windowS))], [0])
  t.equal(over.at(-1), 2_700, '28 A and 5 A of 30 A, and 0.1 A of slack on each phase')
})

void test('seed 1000155: that another is led again in that second takes nothing of the allowance', async (t) => {
  const deaf = { ...calm, isLed: false }
  const over = judged([
    ...lasting(deaf, 20),
    { ...deaf, strayMilliA: 28_000 },
    ...lasting({ ...calm, strayMilliA: 28_000 }, windowS - 1)
  ])
  t.strictSame([...new Set(over.slice(0, -1))], [0])
  t.equal(over.at(-1), 2_700, 'but nothing is added to it')
})

void test('who is led and rises where there is no room is seen in the same second', async (t) => {
  const over = judged([...lasting(calm, 20), { ...calm, ledMilliA: 9_000 }])
  t.equal(over.at(-1), 2_700)
})
