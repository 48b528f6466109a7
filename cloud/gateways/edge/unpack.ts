import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { hash } from 'node:crypto'
import { Frame, maxFrameTextBytes, type Fact, type History } from '@nova/shared-protocol/messages'
import { chainOf } from './judge.ts'
import { readFact, readHistory, type ReadEvent } from './read.ts'

const inflate = promisify(zstdDecompress)

/** A frame with all that can be known of it without the database: this runs while the one before is committed. */
export type Prepared = {
  readonly frame: Frame
  readonly chain: readonly string[]
  readonly read: readonly ReadEvent<Fact | History>[]
}

export type Unpacked = ({ readonly ok: true } & Prepared) | { readonly ok: false; readonly because: string }

/** Bytes to frame; never throws for what the bytes are, never inflates beyond the language's bound. */
export async function unpack(siteId: string, bytes: Uint8Array): Promise<Unpacked> {
  let text: Buffer
  try {
    text = await inflate(bytes, { maxOutputLength: maxFrameTextBytes })
  } catch (error) {
    return refused(`not zstd, or beyond ${maxFrameTextBytes} bytes: ${messageOf(error)}`)
  }
  let body: unknown
  try {
    body = JSON.parse(text.toString('utf8'))
  } catch (error) {
    return refused(`not JSON: ${messageOf(error)}`)
  }
  const frame = Frame.safeParse(body)
  if (!frame.success) {
    const first = frame.error.issues[0]
    return refused(`${first?.path.join('.')}: ${first?.message}`)
  }
  // Another site's name inside a correct subject (reliability N7).
  if (frame.data.site !== siteId)
    return refused(`the frame of ${frame.data.site} came on the subject of ${siteId}`)
  return { ok: true, ...prepare(frame.data) }
}

const sha256 = (each: string): string => hash('sha256', each, 'hex')

function prepare(frame: Frame): Prepared {
  const read = frame.lane === 'facts' ? readFact : readHistory
  return { frame, chain: chainOf(frame, sha256), read: frame.events.map(([, , body]) => read(body)) }
}

const refused = (because: string): Unpacked => ({ ok: false, because: because.slice(0, 500) })
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
