import fc from 'fast-check'
import { test } from 'tap'
import {
  emptyTree,
  grown,
  leafHash,
  pathOf,
  rootOf,
  rootOfPath,
  siblingsOf,
  subtreesOf,
  type Subtree
} from './merkle.ts'

// Leaves and roots that Certificate Transparency implementations test RFC 6962 with.
const leaves = ['', '\u0000', '\u0010', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
]

for (const [size, root] of roots.entries()) {
  void test(`the tree of ${size} leaves has the root that others compute`, async (t) => {
    const tree = leaves.slice(0, size).reduce((all, leaf) => grown(all, leafHash(leaf)), emptyTree)
    t.equal(rootOf(tree).toString('hex'), root)
  })
}

void test('the path of a leaf in a tree of seven has the hashes that RFC 6962 §2.1.3 draws', async (t) => {
  const hashes = leaves.slice(0, 7).map(leafHash)
  t.strictSame(
    [0, 3, 4, 6].map((index) => pathOf(index, hashes).length),
    [3, 3, 3, 2]
  )
  t.ok(pathOf(0, hashes)[0]?.equals(leafHash('\u0000')))
  t.ok(
    pathOf(6, hashes)[0]?.equals(
      rootOf([4, 5].reduce((all, n) => grown(all, leafHash(leaves[n] ?? '')), emptyTree))
    )
  )
  t.throws(() => pathOf(7, hashes), RangeError)
})

void test('no two lists of leaves that differ in one have one root', async (t) => {
  const list = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 40 })
  const root = (all: readonly string[]): string =>
    rootOf(all.reduce((tree, leaf) => grown(tree, leafHash(leaf)), emptyTree)).toString('hex')
  fc.assert(
    fc.property(list, fc.nat(), (all, at) => {
      const changed = all.map((leaf, index) => (index === at % all.length ? `${leaf}.` : leaf))
      return (
        root(all) !== root(changed) && root(all) !== root(all.slice(1)) && root(all) !== root([...all, ''])
      )
    })
  )
  t.pass()
})

const leafOf = (n: number): Buffer => leafHash(`leaf ${n}`)
const sizes = fc.integer({ min: 1, max: 300 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)))

void test('a leaf and its path come to the root, and to no other from any other place or with any other leaf', async (t) => {
  fc.assert(
    fc.property(sizes, fc.nat(), ([size, index], by) => {
      const all = Array.from({ length: size }, (_, n) => leafOf(n))
      const root = rootOf(all.reduce((tree, leaf) => grown(tree, leaf), emptyTree))
      const path = pathOf(index, all)
      const other = by % size
      return (
        rootOfPath(leafOf(index), index, size, path)?.equals(root) === true &&
        rootOfPath(leafOf(size), index, size, path)?.equals(root) === false &&
        (other === index || rootOfPath(leafOf(index), other, size, path)?.equals(root) !== true) &&
        rootOfPath(leafOf(index), index, size, [...path, root]) === undefined
      )
    })
  )
  t.pass()
})

void test('a path is made of full subtrees, each of which was told of when its last leaf came', async (t) => {
  fc.assert(
    fc.property(sizes, ([size, index]) => {
      const all = Array.from({ length: size }, (_, n) => leafOf(n))
      const told = new Map<string, Buffer>(all.map((leaf, place) => [`1 ${place}`, leaf]))
      const note = ({ leaves, place, hash }: Subtree): void => void told.set(`${leaves} ${place}`, hash)
      all.reduce((tree, leaf) => grown(tree, leaf, note), emptyTree)
      const path = siblingsOf(index, size).map((range) => {
        const tops = subtreesOf(range).map(({ leaves, place }) => ({
          leaves,
          hash: told.get(`${leaves} ${place}`) ?? Buffer.alloc(0)
        }))
        return rootOf({ size: range.to - range.from, tops })
      })
      return pathOf(index, all).every((hash, level) => path[level]?.equals(hash))
    })
  )
  t.pass()
})
