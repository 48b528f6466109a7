import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { Desired } from '@nova/shared-protocol/messages'
import { jsonOf } from './greeting.ts'
import type { Needs } from './needs.ts'

const inflate = promisify(zstdDecompress)
const mostBytes = 32_000_000 // 100,000 tokens with all their fields; beyond it is no section of ours.
const mostWaiting = 16 // Sections come rarely; what is dropped comes again after the next hello.

/** Takes sections of the desired state, one after the other: whole or not at all, newer replaces older. */
export function openWishes(needs: Needs): { hear(bytes: Uint8Array): void } {
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  return {
    hear: (bytes) => {
      if (waiting >= mostWaiting) return needs.count('desired_dropped')
      waiting++
      last = last.then(async () => {
        await take(needs, bytes)
        waiting--
      })
    }
  }
}

async function take(needs: Needs, bytes: Uint8Array): Promise<void> {
  const read = await understood(bytes, needs.site)
  if ('problem' in read) return refuse(needs, read.section, read.problem)
  const { section, version } = read.desired
  if (version <= (needs.desiredVersions()[section] ?? 0)) return
  try {
    const outcome = await needs.desired(read.desired)
    if (!outcome.ok) return refuse(needs, section, outcome.problem)
    needs.alarms.clear('message-rejected', `desired:${section}`)
    needs.log.info({ section, version }, 'desired state applied')
  } catch (cause) {
    // Not kept, so the version stays old and the section comes again after the next hello.
    needs.count('desired_failed')
    needs.log.error({ section, version, cause: String(cause) }, 'desired state could not be applied')
  }
}

type Read = { readonly desired: Desired } | { readonly section: string; readonly problem: string }

async function understood(bytes: Uint8Array, site: string): Promise<Read> {
  let text: Uint8Array
  try {
    text = await inflate(bytes, { maxOutputLength: mostBytes })
  } catch (cause) {
    return { section: 'unknown', problem: `not zstd or beyond ${mostBytes} bytes: ${String(cause)}` }
  }
  const json = jsonOf(text)
  const section = nameOf(json)
  const parsed = Desired.safeParse(json)
  if (!parsed.success) {
    const first = parsed.error.issues[0]
    return { section, problem: `${first?.path.join('.')}: ${first?.message}` }
  }
  return parsed.data.site === site
    ? { desired: parsed.data }
    : { section, problem: `meant for another site: ${parsed.data.site}` }
}

function nameOf(json: unknown): string {
  const name = typeof json === 'object' && json !== null && 'section' in json ? json.section : undefined
  return typeof name === 'string' ? name.slice(0, 20) : 'unknown'
}

function refuse(needs: Needs, section: string, problem: string): void {
  needs.count('desired_refused')
  needs.log.warn(
    { section, problem },
    'a section of the desired state was refused whole; the one before stays'
  )
  needs.alarms.raise({
    code: 'message-rejected',
    severity: 'warning',
    subject: `desired:${section}`,
    detail: `The cloud sent a section that cannot be used: ${problem}`.slice(0, 500),
    advice: 'The section before stays in force. Compare the versions of cloud and edge.'
  })
}
