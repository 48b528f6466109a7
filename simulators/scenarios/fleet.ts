import { type Api, ApiFault, eventually } from './api.ts'
import type { Stack } from './stack.ts'

const together = 10 // Calls at a time: a person's script, not a flood.

/** Adds single-connector 22 kW chargers to the demo site through the API, some at a time. */
export async function addChargers(api: Api, identities: readonly string[], password: string): Promise<void> {
  await someAtATime(identities, async (identity) =>
    api.post('/chargers', chargerOf({ identity, outlets: 1 }, 'demo-site', password))
  )
}

type Charger = { readonly identity: string; readonly outlets: number }

const chargerOf = ({ identity, outlets }: Charger, siteId: string, password: string) => ({
  id: identity,
  siteId,
  protocol: 'ocpp1.6',
  identity,
  security: { profile: 1, password },
  evses: Array.from({ length: outlets }, (_, index) => ({
    id: index + 1,
    connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }]
  }))
})

export type Enrolment = {
  readonly siteId: string
  readonly password: string
  readonly chargers: readonly Charger[]
  readonly cards: readonly string[]
}

/** Adds what the site does not have yet. @returns how many of each were new. @throws ApiFault when one is refused */
export async function enrol(
  api: Api,
  { siteId, password, chargers, cards }: Enrolment
): Promise<{ readonly chargers: number; readonly cards: number }> {
  const added = { chargers: 0, cards: 0 }
  await someAtATime(chargers, async (charger) => {
    if (await isNew(() => api.post('/chargers', chargerOf(charger, siteId, password)))) added.chargers += 1
  })
  await someAtATime(cards, async (uid) => {
    if (await isNew(() => api.post('/tokens', { uid, type: 'ISO14443', status: 'accepted' })))
      added.cards += 1
  })
  return added
}

async function isNew(add: () => Promise<unknown>): Promise<boolean> {
  try {
    await add()
    return true
  } catch (cause) {
    if (cause instanceof ApiFault && cause.status === 409) return false // There already.
    throw cause
  }
}

async function someAtATime<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>
): Promise<void> {
  for (let from = 0; from < items.length; from += together)
    await Promise.all(items.slice(from, from + together).map(act))
}

/** Resolves when the edge has heard of all of them: a charger reaches its edge within 2 s of the call. */
export async function allKnown(stack: Stack, identities: readonly string[]): Promise<void> {
  await eventually(
    () => localGet<{ items: readonly { id: string }[] }>(stack, '/devices'),
    ({ items }) => {
      const known = new Set(items.map(({ id }) => id))
      return identities.every((identity) => known.has(identity))
    },
    { what: 'chargers known at the edge' }
  )
}

export async function localGet<Answer>({ edge }: Pick<Stack, 'edge'>, path: string): Promise<Answer> {
  const answer = await fetch(`${edge.localUrl}/local/v1${path}`, {
    headers: { authorization: `Bearer ${edge.token}` }
  })
  if (!answer.ok) throw new Error(`edge ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

export async function localPut({ edge }: Pick<Stack, 'edge'>, path: string, body: object): Promise<void> {
  const answer = await fetch(`${edge.localUrl}/local/v1${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${edge.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(`edge ${path}: ${answer.status} ${await answer.text()}`)
}

type Versions = Readonly<Partial<Record<'chargers' | 'tokens' | 'limits' | 'tariffs', number>>>

const versionsOf = async (stack: Pick<Stack, 'edge'>): Promise<Versions> =>
  (await localGet<{ desired: Versions }>(stack, '/uplink')).desired

/** Changes something in the cloud and resolves when the edge has a newer version of that section. */
export async function reaching(
  stack: Stack,
  section: keyof Versions,
  change: () => Promise<unknown>
): Promise<void> {
  const before = (await versionsOf(stack))[section] ?? 0
  await change()
  await eventually(
    () => versionsOf(stack),
    (versions) => (versions[section] ?? 0) > before,
    { what: `a newer section ${section} at the edge` }
  )
}
