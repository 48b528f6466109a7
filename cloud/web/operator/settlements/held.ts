type Amount = { readonly amountMinor: number }
type Statement = { readonly id: string; readonly held: Amount; readonly released: Amount }
type Dispute = { readonly statementId: string; readonly amount: Amount }

/** What of a statement's hold-back is, or was, in dispute, what is free again, and what could be released: minor units. */
export function heldOf(statement: Statement, disputes: readonly Dispute[]) {
  const disputed = disputes
    .filter(({ statementId }) => statementId === statement.id)
    .reduce((sum, { amount }) => sum + amount.amountMinor, 0)
  const released = statement.released.amountMinor
  return { disputed, released, left: statement.held.amountMinor - disputed - released }
}
