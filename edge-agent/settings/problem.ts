/** One thing that is wrong in a file: where, what was found, what is allowed. */
export type Problem = {
  readonly file: string
  readonly line: number
  readonly field: string
  readonly found: string
  readonly allowed: string
}

export const say = ({ file, line, field, found, allowed }: Problem): string =>
  `${file}:${line}: ${field}: found ${found}; allowed: ${allowed}`
