import type { Kind } from '@nova/shared-protocol/codecs/modbus'
import type { Reading } from '@nova/shared-protocol/model'
import type { Link } from './link.ts'

/** A value in a meter: first register, how it lies there, and what one of it is in our unit. */
export type Field = { readonly register: number; readonly as: Kind; readonly times: number }

/**
 * A meter as data: a new one is a file like `maps/eastron-sdm630.ts` and a line in `maps/index.ts`. Our units
 * are V, mA, W, Wh. `blocks` are the reads that fetch all fields, as few as the meter allows.
 */
export type MeterMap = {
  readonly model: string
  readonly from: 'input' | 'holding'
  readonly wordsSwapped: boolean
  readonly blocks: readonly { readonly start: number; readonly count: number }[]
  readonly voltage: readonly [Field, Field, Field]
  readonly current: readonly [Field, Field, Field]
  readonly power: readonly [Field, Field, Field]
  readonly totalPower: Field
  readonly importEnergy: readonly [Field, ...Field[]] // Added up: a register a tariff.
  readonly currentIsSigned: boolean // false: the sign is taken from the phase's power.
}

/** How one kind of meter is read: what has to be learnt on a new line, then one sample after the other. */
export type MeterReader = {
  begin(link: Link): Promise<void>
  /** @returns null when what it says is no reading. @throws what the line throws */
  read(link: Link, at: string): Promise<Reading | null>
}
