import type { FactOf } from '@nova/shared-protocol/messages'
import type { StoreNeeds } from './contract.ts'

/** Of one name; a value a minute for two weeks, longer than any vehicle stays. */
export const mostNoted = 20_000

type Note = { readonly at: string; readonly value: string }

/** Values that prices ask for, as they were noted: in facts for the bill, here for the cost while charging. */
export type SignalBook = { notes(name: string): Note[] }

export function openSignals({ outbox }: StoreNeeds): SignalBook {
  const known = new Map<string, Note[]>()
  return {
    notes(name) {
      const found = known.get(name) ?? outbox.lastByPrefix(`signal/${name}/`, mostNoted).map(noteOf)
      known.set(name, found)
      return found
    }
  }
}

function noteOf([, , body]: readonly [number, string, string]): Note {
  const { at, value } = JSON.parse(body) as FactOf<'signal.noted.v1'>
  return { at, value }
}
