import type { Reading } from '@nova/shared-protocol/model'

/** A meter's reading with the monotonic instant it was taken at. */
export type Sample = { readonly reading: Reading; readonly takenAtMs: number }
