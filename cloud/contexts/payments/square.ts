export type RefundLine = {
  readonly id: string
  readonly paymentId: string
  readonly amountMinor: number
  /** What of it stands for a part of a correction; 0 for refunds that a correction itself made. */
  readonly countedMinor: number
  readonly byCorrection: boolean
}

/** A session's money as payments know it: minor units of one currency, refunds that failed left out. */
export type Account = {
  readonly billMinor: number
  /** What was taken for the bill, in the order in which it was taken. */
  readonly taken: readonly { readonly paymentId: string; readonly minor: number }[]
  /** In the order in which they were asked. */
  readonly refunds: readonly RefundLine[]
}

/** What makes a session's money agree with its bill. */
export type Squared = {
  /** Refunds of people, with what of each now stands for a part of a correction. Only those that change. */
  readonly counts: readonly { readonly id: string; readonly countedMinor: number }[]
  readonly refunds: readonly { readonly paymentId: string; readonly amountMinor: number }[]
  readonly debtMinor: number
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)

/** What the driver has paid of the bill: a person's refund beside the bill is a gift, and asks for nothing more. */
const paidOf = ({ taken, refunds }: Account): number =>
  sum(taken.map(({ minor }) => minor)) -
  sum(refunds.map((each) => (each.byCorrection ? each.amountMinor : each.countedMinor)))

/**
 * After a correction: what is above the bill goes back, what a person gave back before counted first, so that the same
 * money is not given twice; what is below it is owed, gifts that stood for a part of an earlier correction first.
 * Asking again after it was carried out asks for nothing.
 */
export function square(account: Account): Squared {
  const above = paidOf(account) - account.billMinor
  if (above > 0) return giveBack(account, above)
  const { counts, restMinor } = shift(account.refunds.toReversed(), 0 - above, -1)
  return { counts, refunds: [], debtMinor: restMinor }
}

function giveBack(account: Account, above: number): Squared {
  const { counts, restMinor } = shift(account.refunds, above, 1)
  let rest = restMinor
  const refunds = account.taken.toReversed().flatMap(({ paymentId, minor }) => {
    const given = sum(
      account.refunds.filter((each) => each.paymentId === paymentId).map((each) => each.amountMinor)
    )
    const amountMinor = Math.min(rest, minor - given)
    if (amountMinor <= 0) return []
    rest -= amountMinor
    return [{ paymentId, amountMinor }]
  })
  return { counts, refunds, debtMinor: 0 }
}

/** Moves up to `minor` into what is counted, or out of it. @returns what found no place */
function shift(
  refunds: readonly RefundLine[],
  minor: number,
  sign: 1 | -1
): { readonly counts: Squared['counts']; readonly restMinor: number } {
  let restMinor = minor
  const counts = refunds.flatMap(({ id, amountMinor, countedMinor, byCorrection }) => {
    const room = sign === 1 ? amountMinor - countedMinor : countedMinor
    const moved = byCorrection ? 0 : Math.min(restMinor, room)
    restMinor -= moved
    return moved === 0 ? [] : [{ id, countedMinor: countedMinor + sign * moved }]
  })
  return { counts, restMinor }
}
