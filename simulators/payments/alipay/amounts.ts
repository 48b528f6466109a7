/** 3456 → `34.56` */
export const yuan = (fen: number): string => String(fen).padStart(3, '0').replace(/(..)$/, '.$1')
/** `34.56`, `34.5`, `34` → 3456, 3450, 3400 */
export const fen = (text: string): number => {
  const [whole = '', part = ''] = text.split('.')
  return Number(whole + part.padEnd(2, '0'))
}
