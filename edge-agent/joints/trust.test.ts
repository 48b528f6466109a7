import { test } from 'tap'
import { ordersNeeds } from './people.ts'
import type { Rooms } from './rooms.ts'

type Loop = { forgive(chargerId: string): void } | null

const roomsWith = (loop: Loop): Rooms => {
  const parts = {
    settings: { site: { id: 'site' }, grid: { voltageV: 230 }, cloud: null },
    metrics: {},
    store: { commands: {} },
    intake: { reservations: {} },
    log: { info: () => undefined },
    driver: null,
    loop
  }
  return parts as unknown as Rooms
}

const never = new AbortController().signal

void test('a person’s word of trust reaches the loop, for the charger or for one that is gone', async (t) => {
  const forgiven: string[] = []
  const { perform } = ordersNeeds(roomsWith({ forgive: (chargerId) => forgiven.push(chargerId) }))
  const own = await perform('CP-1', { action: 'trust', payload: {} }, never, undefined)
  const gone = await perform('CP-1', { action: 'trust', payload: { gone: 'CP-9' } }, never, undefined)
  t.strictSame([own.kind, gone.kind], ['accepted', 'accepted'])
  t.strictSame(forgiven, ['CP-1', 'CP-9'])
})

void test('before the loop runs nobody can be trusted', async (t) => {
  const { perform } = ordersNeeds(roomsWith(null))
  t.match(await perform('CP-1', { action: 'trust', payload: {} }, never, undefined), { kind: 'failed' })
})
