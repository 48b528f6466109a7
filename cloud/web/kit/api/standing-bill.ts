type Document = { readonly kind: string; readonly number: string; readonly about: string | null }

/**
 * Of a session's documents, newest first, the one that stands: the receipt that no credit note takes back. After a
 * cancellation there is none: then the newest, which is the credit note. Null without documents.
 */
export function standingBill<One extends Document>(documents: readonly One[]): One | null {
  const credits = documents.filter(({ kind }) => kind === 'credit-note')
  const takenBack = new Set(credits.map(({ about }) => about))
  const stands = documents.find(({ kind, number }) => kind !== 'credit-note' && !takenBack.has(number))
  return stands ?? documents[0] ?? null
}
