import { type Api, signIn } from '../api.ts'
import type { Enter } from './paying.ts'

export type Payment = { readonly id: string; readonly sessionId: string; readonly status: string }

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** Everything of a list, page by page. */
export async function allPages<Item>(api: Api, path: string): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page<Item> = await api.get(`${path}?limit=200${more}`)
    found.push(...page.items)
    cursor = page.nextCursor
  }
  return found
}

const signedInMs = 240_000 // Well below the life of an access token.

/** Signs in when it must; what fails meanwhile is told like any other call that fails. */
export function entering(cloudUrl: string, email: string): Enter {
  let known: { readonly api: Api; readonly untilMs: number } | undefined
  return async () => {
    if (!known || known.untilMs < performance.now())
      known = { api: await signIn(cloudUrl, email), untilMs: performance.now() + signedInMs }
    return known.api
  }
}

/** The bank as its own books show it. */
export type BankBooks = {
  faults(faults: object): Promise<void>
  /** Net amount of a day's statement in minor units of the demo's currency. */
  bookedMinor(day: string): Promise<number>
  /** Money of these payments that is still held at the bank. */
  openHolds(payments: readonly Payment[]): Promise<number>
}

export function bankAt(url: string): BankBooks {
  const headers = { authorization: 'Bearer demo-bank-key', 'content-type': 'application/json' }
  const ask = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { headers })
    if (!answer.ok) throw new Error(`bank ${path}: ${answer.status}`)
    return answer.text()
  }
  return {
    async faults(faults) {
      const answer = await fetch(`${url}/control/faults`, {
        method: 'POST',
        headers,
        body: JSON.stringify(faults)
      })
      if (!answer.ok) throw new Error(`bank faults: ${answer.status}`)
    },
    async bookedMinor(day) {
      const [, ...lines] = (await ask(`/v1/statement.csv?date=${day}`)).trim().split('\r\n')
      // Two digits behind the point in every line of this currency: without the point they are minor units.
      return lines.reduce((sum, line) => sum + Number(line.split(',')[4]?.replace('.', '') ?? 0), 0)
    },
    async openHolds(payments) {
      let open = 0
      for (const { id } of payments) {
        const text = await ask(`/v1/holds?reference=${encodeURIComponent(`demo.${id}`)}`)
        const { items } = JSON.parse(text) as { items: { status: string; amountMinor: number }[] }
        for (const { status, amountMinor } of items) if (status === 'authorised') open += amountMinor
      }
      return open
    }
  }
}
