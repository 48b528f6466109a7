import type { Kind } from '@nova/shared-protocol/codecs/modbus'

/** A limit in registers; `none` is the raw value by which the box says that it sets none. */
export type RegisterBox = {
  readonly model: string
  readonly speaks: 'registers'
  readonly from: 'input' | 'holding'
  readonly block: { readonly start: number; readonly count: number }
  readonly limit: {
    readonly register: number
    readonly as: Kind
    readonly times: number
    readonly none: number
  }
  readonly heartbeat: number | null // Register of a counter that the box moves; null: it has none.
}

/** A relay behind a Modbus input: while it dims, the site's configured `dimmedW` is the limit. */
export type ContactBox = {
  readonly model: string
  readonly speaks: 'contact'
  readonly from: 'discrete' | 'coils'
  readonly at: number
  readonly dimsWhen: 'closed' | 'open' // Open: a broken wire dims too.
}

export type BoxMap = RegisterBox | ContactBox
