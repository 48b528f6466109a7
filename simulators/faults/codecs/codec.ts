/** A reader of what strangers send, with good examples of it. */
export type Codec = {
  readonly name: string
  /** Of the inputs that are asked for: what is read once at a start or in a thousandth of the traffic needs fewer. */
  readonly share: number
  readonly good: readonly (string | Uint8Array)[]
  /** Reads it as the product does. @throws Broken when a promise is broken; only what is `declared` otherwise */
  read(input: string | Uint8Array): unknown
  /** Whether this error is the reader's own word for bad input. */
  declared(cause: unknown): boolean
  end?(): void
}

/** A promise of the reader that an input broke. */
export class Broken extends Error {}

export function mustHold(holds: boolean, promise: string): void {
  if (!holds) throw new Broken(promise)
}

export const nothingDeclared = (): boolean => false
export const text = (input: string | Uint8Array): string =>
  typeof input === 'string' ? input : Buffer.from(input).toString('utf8')
export const bytes = (input: string | Uint8Array): Uint8Array =>
  typeof input === 'string' ? Buffer.from(input) : input
