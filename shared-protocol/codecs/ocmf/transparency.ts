/** One record for the driver's own check, as the charger sent it, with the key it verifies with. */
export type Exported = {
  readonly transactionId: string
  readonly context: 'Transaction.Begin' | 'Transaction.End' | null
  readonly record: string
  readonly publicKeyHex: string | null // Absent: nobody has registered a key of this meter.
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;' // An XML reader makes a line feed of a bare carriage return, and the signature would not hold.
}
const escaped = (text: string): string => text.replaceAll(/[&<>"\r]/g, (letter) => escapes[letter] ?? letter)

/** The XML container that the SAFE transparency software opens: values, each with signed data and public key. */
export function transparencyXml(records: readonly Exported[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<values>\n${records.map(valueOf).join('')}</values>\n`
}

function valueOf({ transactionId, context, record, publicKeyHex }: Exported): string {
  const where = context === null ? '' : ` context="${context}"`
  const key = publicKeyHex === null ? '' : `    <publicKey encoding="plain">${publicKeyHex}</publicKey>\n`
  return (
    `  <value transactionId="${escaped(transactionId)}"${where}>\n` +
    `    <signedData format="OCMF" encoding="plain">${escaped(record)}</signedData>\n${key}  </value>\n`
  )
}
