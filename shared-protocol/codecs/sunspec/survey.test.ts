import fc from 'fast-check'
import { test } from 'tap'
import { survey, type Ask, type Block, type Survey } from './index.ts'

const mark = [0x5375, 0x6e53]

/** A device's registers: anything outside them is refused. */
function deviceAt(base: number, blocks: readonly (readonly [id: number, length: number])[], end = true) {
  const registers = new Map<number, number>()
  let at = base
  const put = (...words: readonly number[]): void => words.forEach((word) => registers.set(at++, word))
  put(...mark)
  for (const [id, length] of blocks) put(id, length, ...Array.from({ length }, () => 0))
  if (end) put(0xffff, 0)
  return registers
}

function surveyed(registers: ReadonlyMap<number, number>): {
  readonly result: Survey
  readonly asked: Ask[]
} {
  const asked: Ask[] = []
  const walk = survey()
  let step = walk.next()
  while (step.done !== true) {
    const { start, count } = step.value
    asked.push(step.value)
    const words = Array.from({ length: count }, (_, index) => registers.get(start + index))
    step = walk.next(words.every((word) => word !== undefined) ? words : null)
  }
  return { result: step.value, asked }
}

const bases: readonly [base: number, reads: number][] = [
  [40_000, 1],
  [50_000, 2],
  [0, 3]
]

for (const [base, reads] of bases)
  void test(`the mark is found at ${base} with read ${reads}`, async (t) => {
    const { result, asked } = surveyed(deviceAt(base, [[1, 66], [103, 50]])) // prettier-ignore
    t.strictSame(result, {
      ok: true,
      base,
      blocks: [
        { id: 1, start: base + 2, length: 66 },
        { id: 103, start: base + 2 + 68, length: 50 }
      ]
    })
    t.strictSame(asked.slice(0, reads).at(-1), { start: base, count: 2 })
  })

void test('a model 1 of 65 registers leads to the next one as well as one of 66', async (t) => {
  for (const length of [65, 66]) {
    const { result } = surveyed(deviceAt(40_000, [[1, length], [123, 24]])) // prettier-ignore
    t.strictSame(result.ok && result.blocks[1], { id: 123, start: 40_002 + 2 + length, length: 24 })
  }
})

void test('models nobody has described are passed over by their length, one of length 0 too', async (t) => {
  const { result } = surveyed(deviceAt(0, [[64_110, 300], [7, 0], [124, 24]])) // prettier-ignore
  t.strictSame(result.ok && result.blocks.map(({ id }) => id), [64_110, 7, 124])
})

void test('a list without an end mark ends where the device refuses', async (t) => {
  const { result } = surveyed(deviceAt(40_000, [[1, 66]], false)) // prettier-ignore
  t.strictSame(result, { ok: true, base: 40_000, blocks: [{ id: 1, start: 40_002, length: 66 }] })
})

void test('what is no SunSpec, has no models or never ends is named', async (t) => {
  t.strictSame(surveyed(new Map()).result, { ok: false, fault: 'no-sunspec' })
  t.strictSame(surveyed(deviceAt(0, [])).result, { ok: false, fault: 'no-models' })
  const many = Array.from({ length: 65 }, () => [1, 1] as const)
  t.strictSame(surveyed(deviceAt(0, many)).result, { ok: false, fault: 'endless' })
  t.equal(surveyed(deviceAt(0, many.slice(1))).result.ok, true, '64 are allowed')
})

void test('whatever the lengths, the blocks lie one behind the other and nothing beyond 65,535 is asked', async (t) => {
  const block = fc.tuple(fc.nat(0xfffe), fc.nat(0xffff))
  fc.assert(
    fc.property(fc.constantFrom(40_000, 50_000, 0), fc.array(block, { maxLength: 70 }), (base, heads) => {
      const starts = new Map<number, readonly number[]>([[base, mark]])
      let at = base + 2
      for (const [id, length] of heads) {
        starts.set(at, [id, length])
        at += 2 + length
      }
      const walk = survey()
      let [step, within] = [walk.next(), true]
      while (step.done !== true) {
        within &&= step.value.start + step.value.count <= 0x10000
        step = walk.next(starts.get(step.value.start) ?? null)
      }
      const joined = (blocks: readonly Block[]): boolean =>
        blocks.every(({ start }, index) => {
          const before = blocks[index - 1]
          return start === (before === undefined ? base + 2 : before.start + 2 + before.length)
        })
      return within && (!step.value.ok || joined(step.value.blocks))
    })
  )
  t.pass()
})
