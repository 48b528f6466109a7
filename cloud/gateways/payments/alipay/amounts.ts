/** 3456 → `34.56`. @param minor fen, not below 0 */
export function yuanOf(minor: number): string {
  const digits = String(minor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** `34.56`, `34.5`, `34` → fen. @returns undefined for what is no amount in yuan */
export function fenOf(text: string): number | undefined {
  const [, whole = '', part = ''] = /^(\d{1,11})(?:\.(\d{1,2}))?$/.exec(text) ?? []
  return whole === '' ? undefined : Number(whole + part.padEnd(2, '0'))
}
