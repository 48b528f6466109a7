/** The form of an IBAN (ISO 13616): country, two check digits, up to thirty letters and digits. */
const form = /^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/

export const looksLikeIban = (account: string): boolean => form.test(account)

/** Whether its check digits are right too: moved to the end and read as a number, letters as 10 to 35, it is 1 modulo 97. */
export function isIban(account: string): boolean {
  if (!looksLikeIban(account)) return false
  const digits = (account.slice(4) + account.slice(0, 4)).replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55)
  )
  return BigInt(digits) % 97n === 1n
}

/** A business identifier code (ISO 9362) and no other code of a bank. */
export const isBic = (bank: string): boolean => /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bank)
