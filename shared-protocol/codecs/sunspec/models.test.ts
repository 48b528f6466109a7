import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { knownModels, modelOf } from './index.ts'
import { wordsOf } from './model.ts'

// The definitions that SunSpec publishes, read from where they lie.
const folder = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/sunspec`
const skip = existsSync(folder) ? false : `no model definitions in ${folder}`

type Group = {
  readonly name: string
  readonly points: readonly {
    readonly name: string
    readonly type: string
    readonly size: number
    readonly sf?: string | number | undefined
    readonly access?: string | undefined
  }[]
  readonly groups?: readonly Group[] | undefined
}
const Group: z.ZodType<Group> = z.lazy(() =>
  z.object({
    name: z.string(),
    points: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        size: z.int(),
        sf: z.union([z.string(), z.number()]).optional(),
        access: z.string().optional()
      })
    ),
    groups: z.array(Group).optional()
  })
)

type Row = readonly [name: string, at: number, as: string, words: number, scale: unknown, writable: boolean]

/** The definition as rows in the order of its registers; groups without a count follow the points. */
function rowsOf(group: Group, at = 0, prefix = ''): Row[] {
  let next = at
  const rows = group.points.map(({ name, type, size, sf, access }): Row => {
    const row: Row = [`${prefix}${name}`, next, type, size, sf, access === 'RW']
    next += size
    return row
  })
  for (const inner of group.groups ?? []) {
    const more = rowsOf(inner, next, `${inner.name}.`)
    rows.push(...more)
    next += more.reduce((sum, [, , , words]) => sum + words, 0)
  }
  return rows
}

const published = [
  1, 101, 103, 113, 120, 121, 122, 123, 124, 201, 202, 203, 204, 213, 701, 702, 703, 704, 713, 802
]
const sameByAnotherName: Readonly<Record<string, string>> = {
  PPVphAB: 'PhVphAB', // Model 201 calls them so, 202 to 204 otherwise.
  PPVphBC: 'PhVphBC',
  PPVphCA: 'PhVphCA'
}

for (const id of published)
  void test(`model ${id} lies in registers as its definition says`, { skip }, async (t) => {
    const text = readFileSync(`${folder}/model_${id}.json`, 'utf8')
    const { group } = z.object({ group: Group }).parse(JSON.parse(text))
    const rows = rowsOf(group)
    const model = modelOf(id)
    if (model === undefined) throw new Error(`no file for model ${id}`)
    const ours = Object.entries(model.points).map(([name, point]): Row => {
      return [name, point.at, point.as, wordsOf(point), point.scale, point.writable === true]
    })
    const theirs = rows
      .filter(([name, , as]) => name !== 'ID' && name !== 'L' && as !== 'pad')
      .map(([name, ...rest]): Row => [id === 201 ? (sameByAnotherName[name] ?? name) : name, ...rest])
    t.strictSame(ours, theirs)
    t.equal(
      2 + model.length,
      rows.reduce((sum, [, , , words]) => sum + words, 0),
      'length'
    )
  })

// Lengths that devices in the field show (energy.md §6, out of the definitions).
const lengths: readonly [ids: readonly number[], length: number][] = [
  [[1], 66],
  [[101, 102, 103], 50],
  [[111, 112, 113], 60],
  [[120], 26],
  [[121], 30],
  [[122], 44],
  [[123, 124], 24],
  [[201, 202, 203, 204], 105],
  [[213], 124],
  [[701], 153],
  [[702], 50],
  [[703], 17],
  [[802], 62]
]

void test('the models have the lengths that are seen in the field', async (t) => {
  for (const [ids, length] of lengths)
    for (const id of ids) t.equal(modelOf(id)?.length, length, `model ${id}`)
  t.equal(modelOf(64_001), undefined)
  t.equal(new Set(knownModels).size, knownModels.length, 'no number twice')
})

void test('every scale factor that a point names is a point of its model', async (t) => {
  for (const id of knownModels)
    for (const [name, { scale }] of Object.entries(modelOf(id)?.points ?? {}))
      if (scale !== undefined) t.equal(modelOf(id)?.points[scale]?.as, 'sunssf', `${id} ${name}`)
})
