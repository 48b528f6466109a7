import { setTimeout as wait } from 'node:timers/promises'
import type { Chance } from '../../world/chance.ts'
import { attempt, away, type Enter, type Promised } from './paying.ts'

const pauseMs = 20

type Client = {
  readonly name: string
  readonly chance: Chance
  readonly as: { readonly first: Enter; readonly second: Enter } // Two of the staff: nobody posts by hand alone.
  readonly promised: Promised
  readonly life: { readonly over: boolean }
}

/** Has transfers posted by two people, one after the other; each under its key until the answer was heard. */
export async function adjust({ name, chance, as, promised, life }: Client): Promise<void> {
  for (let count = 0; !life.over; count++) {
    const key = `chaos:${name}:${count}`
    const amountMinor = 1 + chance.between(0, 999)
    const entries = [
      { party: `chaos:${name}`, purpose: 'account', amountMinor },
      { party: `chaos:${chance.between(0, 9)}`, purpose: 'suspense', amountMinor: 0 - amountMinor }
    ]
    const transfer = { key, currency: chance.pick(['CNY', 'EUR']), memo: 'while things break', entries }
    for (let said: unknown = away; said === away && !life.over;) {
      said = await attempt(async () => {
        await (await as.first()).post<object>('/ledger/transfers', transfer)
        return (await as.second()).post<object>(`/ledger/adjustments/${key}/decide`, { approve: true })
      })
      if (typeof said === 'object') promised.adjustments.set(key, amountMinor)
      await wait(pauseMs)
    }
  }
}
