/** `--capacities 30,50 --networks three_phase --algorithms LLF`; left out: every row of the peer's table. */
export type PowerOptions = {
  readonly short: boolean
  readonly capacities?: string | undefined
  readonly networks?: string | undefined
  readonly algorithms?: string | undefined
}

/** What a flag says that nobody could mean. */
export class UnknownWord extends RangeError {}

export const noneGiven = ({ capacities, networks, algorithms }: PowerOptions): boolean =>
  (capacities ?? networks ?? algorithms) === undefined

/**
 * The capacities asked for, each once, in the order given; undefined: none was named.
 * @throws UnknownWord for what is no number of kilowatts above 0
 */
export function kilowatts(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined
  return once(text).map((each) => {
    const value = each === '' ? NaN : Number(each)
    if (!(value > 0 && value < Infinity))
      throw new UnknownWord(`--capacities: "${each}" is no number of kilowatts above 0`)
    return value
  })
}

/**
 * The words asked for, each once, in the order given; all that are known where none was named.
 * @throws UnknownWord for a word that is not known
 */
export function words<Word extends string>(
  flag: string,
  text: string | undefined,
  known: readonly Word[]
): readonly Word[] {
  if (text === undefined) return known
  return once(text).map((each) => {
    const word = known.find((one) => one === each)
    if (word === undefined) throw new UnknownWord(`--${flag}: "${each}" is none of ${known.join(', ')}`)
    return word
  })
}

const once = (text: string): readonly string[] => [...new Set(text.split(',').map((each) => each.trim()))]
