import { HelloAnswer, subjects, type Hello } from '@nova/shared-protocol/messages'
import type { Line } from './line.ts'
import type { Needs } from './needs.ts'

export type Greeting =
  | {
      readonly kind: 'welcome'
      readonly epoch: number
      readonly durable: { facts: number; history: number }
      readonly at: string
    }
  | { readonly kind: 'fenced' | 'refused'; readonly detail: string }
  | { readonly kind: 'silent'; readonly detail: string } // NATS is there, the cloud is not.

const answerMs = 5_000

/** Says who this process is and hears what the cloud holds of it. */
export async function greet(needs: Needs, line: Line): Promise<Greeting> {
  const { instance, boot } = needs.identity()
  const hello: Hello = {
    v: 1,
    site: needs.site,
    instance,
    boot,
    version: needs.version,
    at: needs.clock.instant(),
    newest: { facts: needs.outbox.newest('facts'), history: needs.outbox.newest('history') },
    desired: needs.desiredVersions()
  }
  let bytes: Uint8Array
  try {
    bytes = await line.request(subjects.hello(needs.site), JSON.stringify(hello), answerMs)
  } catch (cause) {
    return { kind: 'silent', detail: cause instanceof Error ? cause.message : String(cause) }
  }
  return understood(bytes, needs.site)
}

function understood(bytes: Uint8Array, site: string): Greeting {
  const parsed = HelloAnswer.safeParse(jsonOf(bytes))
  if (!parsed.success) return { kind: 'silent', detail: 'the answer to hello was not understood' }
  const answer = parsed.data
  if (answer.kind === 'welcome') {
    return answer.site === site
      ? answer
      : { kind: 'refused', detail: `welcomed as another site: ${answer.site}` }
  }
  if (answer.code === 'busy') return { kind: 'silent', detail: answer.detail }
  return { kind: answer.code === 'fenced' ? 'fenced' : 'refused', detail: `${answer.code}: ${answer.detail}` }
}

/** @returns undefined for what is no JSON */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/**
 * Brings the outbox's marks in line with what the cloud says. The cloud may hold less (restored from a backup):
 * then all of that is sent again.
 * @returns `forked` when the cloud holds more than this database ever wrote: the database is an older copy
 */
export async function reconcile(
  needs: Needs,
  durable: { readonly facts: number; readonly history: number }
): Promise<'agreed' | 'forked'> {
  const { outbox } = needs
  const lanes = ['facts', 'history'] as const
  if (lanes.some((lane) => durable[lane] > outbox.newest(lane).sequence)) return 'forked'
  const moved = lanes.filter((lane) => durable[lane] !== outbox.durable(lane))
  if (moved.length === 0) return 'agreed'
  await needs.commit(() => {
    for (const lane of moved) {
      if (durable[lane] < outbox.durable(lane)) outbox.rewind(lane, durable[lane])
      else outbox.markDurable(lane, durable[lane])
    }
  })
  return 'agreed'
}
