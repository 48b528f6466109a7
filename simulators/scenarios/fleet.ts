import { type Api, eventually } from './api.ts'
import type { Stack } from './stack.ts'

/** Adds single-connector 22 kW chargers to the demo site through the API, some at a time. */
export async function addChargers(api: Api, identities: readonly string[], password: string): Promise<void> {
  for (let from = 0; from < identities.length; from += 10) {
    await Promise.all(
      identities
        .slice(from, from + 10)
        .map((identity) => api.post('/chargers', chargerOf(identity, password)))
    )
  }
}

const chargerOf = (identity: string, password: string) => ({
  id: identity,
  siteId: 'demo-site',
  protocol: 'ocpp1.6',
  identity,
  security: { profile: 1, password },
  evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
})

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
