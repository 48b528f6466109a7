import { test } from 'tap'
import { standingBill } from './standing-bill.ts'

const receipt = (number: string, about: string | null = null) => ({ kind: 'receipt', number, about })
const credit = (number: string, about: string) => ({ kind: 'credit-note', number, about })
const cases = [
  { title: 'no document', documents: [], stands: undefined },
  { title: 'one receipt', documents: [receipt('1')], stands: '1' },
  {
    // Credit and replacement are issued at one instant: either may come first.
    title: 'a correction, its credit first',
    documents: [credit('C1', '1'), receipt('2', '1'), receipt('1')],
    stands: '2'
  },
  {
    title: 'a correction, its replacement first',
    documents: [receipt('2', '1'), credit('C1', '1'), receipt('1')],
    stands: '2'
  },
  {
    title: 'a correction of a correction',
    documents: [credit('C2', '2'), receipt('3', '2'), credit('C1', '1'), receipt('2', '1'), receipt('1')],
    stands: '3'
  },
  { title: 'a cancellation', documents: [credit('C1', '1'), receipt('1')], stands: 'C1' }
]
for (const { title, documents, stands } of cases)
  void test(`${title}: ${stands ?? 'nothing'} is shown`, async (t) =>
    t.equal(standingBill(documents)?.number, stands))
