/** 3456 → `34.56` */
export const yuan = (fen: number): string => String(fen).padStart(3, '0').replace(/(..)$/, '.$1')
/** `34.56`, `34.5`, `34` → 3456, 3450, 3400 */
export const fen = (text: string): number => {
  const [whole = '', part = ''] = text.split('.')
  return Number(whole + part.padEnd(2, '0'))
}

/** Parameters come in the address, in the body, or in both: each counts once. */
export const fieldsOf = (url: string, body: string): URLSearchParams =>
  new URLSearchParams(
    Object.fromEntries([...new URLSearchParams(url.split('?')[1] ?? ''), ...new URLSearchParams(body)])
  )
