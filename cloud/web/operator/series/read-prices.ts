/** Prices as they are pasted: one a line, or separated by blanks, semicolons or tabs; a comma may be the point. */
export function readPrices(text: string): readonly string[] | { readonly odd: string } {
  const parts = text
    .split(/[\s;]+/)
    .map((each) => each.replace(/,$/, ''))
    .filter((each) => each !== '')
  const prices = parts.flatMap((each) =>
    /^-?\d+,\d+$/.test(each) ? [each.replace(',', '.')] : each.split(',')
  )
  const odd = prices.find((each) => !/^-?\d{1,9}(\.\d{1,10})?$/.test(each))
  return odd === undefined ? prices : { odd }
}

/** The step that so many prices of a day can only have; undefined when they fit none. */
export function minutesFor(count: number): 15 | 30 | 60 | undefined {
  if (count >= 23 && count <= 25) return 60
  if (count >= 46 && count <= 50) return 30
  return count >= 92 && count <= 100 ? 15 : undefined
}
