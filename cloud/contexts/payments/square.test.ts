import fc from 'fast-check'
import { test } from 'tap'
import { square, type Account, type RefundLine } from './square.ts'

const taken = (...minors: number[]) => minors.map((minor, index) => ({ paymentId: `p${index}`, minor }))
const gift = (id: string, amountMinor: number, countedMinor = 0): RefundLine => ({
  id,
  paymentId: 'p0',
  amountMinor,
  countedMinor,
  byCorrection: false
})
const given = (id: string, amountMinor: number, paymentId = 'p0'): RefundLine => ({
  ...gift(id, amountMinor),
  paymentId,
  byCorrection: true
})

const table: { title: string; account: Account; squared: Partial<ReturnType<typeof square>> }[] = [
  {
    title: 'a bill of 10.00 becomes 4.00: 6.00 go back',
    account: { billMinor: 400, taken: taken(1000), refunds: [] },
    squared: { refunds: [{ paymentId: 'p0', amountMinor: 600 }], debtMinor: 0 }
  },
  {
    title: '5.00 were given back by hand before: 1.00 more goes back, not 6.00',
    account: { billMinor: 400, taken: taken(1000), refunds: [gift('r', 500)] },
    squared: {
      counts: [{ id: 'r', countedMinor: 500 }],
      refunds: [{ paymentId: 'p0', amountMinor: 100 }],
      debtMinor: 0
    }
  },
  {
    title: '5.00 were given back and the bill sinks by 2.00 only: nothing is asked back',
    account: { billMinor: 800, taken: taken(1000), refunds: [gift('r', 500)] },
    squared: { counts: [{ id: 'r', countedMinor: 200 }], refunds: [], debtMinor: 0 }
  },
  {
    title: 'and when the bill rises again to what it was, the gift is a gift again',
    account: { billMinor: 1000, taken: taken(1000), refunds: [gift('r', 500, 200)] },
    squared: { counts: [{ id: 'r', countedMinor: 0 }], refunds: [], debtMinor: 0 }
  },
  {
    title: 'a bill of 10.00 becomes 13.00: 3.00 are owed',
    account: { billMinor: 1300, taken: taken(1000), refunds: [] },
    squared: { counts: [], refunds: [], debtMinor: 300 }
  },
  {
    title: 'what was taken last goes back first',
    account: { billMinor: 100, taken: taken(1000, 300), refunds: [] },
    squared: {
      refunds: [
        { paymentId: 'p1', amountMinor: 300 },
        { paymentId: 'p0', amountMinor: 900 }
      ]
    }
  },
  {
    title: 'a refund of an earlier correction is not given again, and is owed when the bill rises',
    account: { billMinor: 900, taken: taken(1000), refunds: [given('r', 600)] },
    squared: { counts: [], refunds: [], debtMinor: 500 }
  }
]
for (const { title, account, squared } of table) {
  void test(title, async (t) => {
    t.match(square(account), squared)
  })
}

type Deed =
  | { readonly kind: 'correct'; readonly minor: number }
  | { readonly kind: 'give'; readonly minor: number }
  | { readonly kind: 'pay' }
  | { readonly kind: 'fail' }

const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('correct' as const), minor: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({ kind: fc.constant('give' as const), minor: fc.integer({ min: 1, max: 1500 }) }),
    fc.constant({ kind: 'pay' as const }),
    fc.constant({ kind: 'fail' as const })
  ),
  { maxLength: 20 }
)

type World = { account: Account; debtMinor: number; ids: number }

const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0)
const leftOf = ({ taken, refunds }: Account, paymentId: string): number =>
  sum(taken.filter((each) => each.paymentId === paymentId).map(({ minor }) => minor)) -
  sum(refunds.filter((each) => each.paymentId === paymentId).map(({ amountMinor }) => amountMinor))

function carryOut(world: World): void {
  const { counts, refunds, debtMinor } = square(world.account)
  const kept = world.account.refunds.map((each) => ({
    ...each,
    countedMinor: counts.find(({ id }) => id === each.id)?.countedMinor ?? each.countedMinor
  }))
  const made = refunds.map(({ paymentId, amountMinor }) => given(`x${world.ids++}`, amountMinor, paymentId))
  world.account = { ...world.account, refunds: [...kept, ...made] }
  world.debtMinor = debtMinor
}

function does(world: World, deed: Deed): void {
  const { account } = world
  if (deed.kind === 'correct') {
    world.account = { ...account, billMinor: deed.minor }
    return carryOut(world)
  }
  if (deed.kind === 'give') {
    const amountMinor = Math.min(deed.minor, leftOf(account, 'p0'))
    const refund = gift(`g${world.ids++}`, amountMinor)
    if (amountMinor > 0) world.account = { ...account, refunds: [...account.refunds, refund] }
    return undefined
  }
  if (deed.kind === 'pay' && world.debtMinor > 0) {
    const payment = { paymentId: `p${account.taken.length}`, minor: world.debtMinor }
    world.account = { ...account, taken: [...account.taken, payment] }
    return carryOut(world)
  }
  if (deed.kind === 'fail') {
    const last = account.refunds.findLast(({ byCorrection }) => !byCorrection)
    world.account = { ...account, refunds: account.refunds.filter((each) => each !== last) }
    if (last) carryOut(world)
  }
}

void test('whatever is corrected, given, paid and refused in any order, money agrees with the bill', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), deeds, (billMinor, list) => {
      const world: World = {
        account: { billMinor, taken: taken(billMinor).filter(({ minor }) => minor > 0), refunds: [] },
        debtMinor: 0,
        ids: 0
      }
      for (const deed of list) does(world, deed)
      carryOut(world)
      const { account, debtMinor } = world
      const paid = sum(account.taken.map(({ minor }) => minor))
      const back = sum(account.refunds.map(({ amountMinor }) => amountMinor))
      const gifts = sum(
        account.refunds
          .filter(({ byCorrection }) => !byCorrection)
          .map(({ amountMinor, countedMinor }) => amountMinor - countedMinor)
      )
      // What the driver has paid in the end is the bill, less what was given beside it, less what is still owed.
      if (paid - back !== account.billMinor - gifts - debtMinor) return false
      if (account.taken.some(({ paymentId }) => leftOf(account, paymentId) < 0)) return false
      const before = JSON.stringify(world)
      carryOut(world)
      return JSON.stringify(world) === before // Asking again changes nothing.
    }),
    { numRuns: 2000 }
  )
  t.pass()
})
