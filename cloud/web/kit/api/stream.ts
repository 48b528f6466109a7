import { pauseBefore, takeEvents, type StreamEvent } from './event-stream.ts'

export type StreamState = 'connecting' | 'live' | 'lost'

/** What the stream needs; `open` answers with a text/event-stream or throws. */
export type Needs = {
  readonly open: (signal: AbortSignal) => Promise<Response>
  readonly heard: (event: StreamEvent) => void
  readonly changed: (state: StreamState) => void
  /** At the first opening and after every gap: what was said before is asked for instead of being guessed. */
  readonly opened: () => void
  readonly chance: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

const silentMs = 45_000 // The cloud sends at least a comment every 15 s; three missed ones are a dead line.

/** Keeps a stream open until `stop`; a lost one shows as `lost` and heals by itself. Resolves when stopped. */
export async function keepStream(needs: Needs, stop: AbortSignal): Promise<void> {
  let attempt = 0
  let opened = false
  while (!stop.aborted) {
    needs.changed(attempt === 0 && !opened ? 'connecting' : 'lost')
    const line = new AbortController()
    const cut = AbortSignal.any([stop, line.signal])
    const ended = await listen(needs, line, cut, () => {
      attempt = 0
      needs.changed('live')
      needs.opened()
      opened = true
    })
    if (stop.aborted || ended === 'refused') return
    needs.changed('lost')
    await needs.wait(pauseBefore(attempt++, needs.chance()), stop)
  }
}

/** Reads one connection to its end. Refused (signed out, forbidden) is final; everything else is tried again. */
async function listen(
  needs: Needs,
  line: AbortController,
  cut: AbortSignal,
  live: () => void
): Promise<'ended' | 'refused'> {
  let watch: ReturnType<typeof setTimeout> | undefined
  const heardSomething = () => {
    clearTimeout(watch)
    watch = setTimeout(() => line.abort(), silentMs)
  }
  try {
    heardSomething()
    const answer = await needs.open(cut)
    live()
    await read(answer, needs.heard, heardSomething)
    return 'ended'
  } catch (cause) {
    return isRefusal(cause) ? 'refused' : 'ended'
  } finally {
    clearTimeout(watch)
    line.abort()
  }
}

async function read(
  answer: Response,
  heard: (event: StreamEvent) => void,
  heardSomething: () => void
): Promise<void> {
  if (!answer.body) return
  let buffer = ''
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    heardSomething()
    const { events, rest } = takeEvents(buffer + chunk)
    buffer = rest
    for (const event of events) heard(event)
  }
}

const isRefusal = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'status' in cause &&
  (cause.status === 401 || cause.status === 403)
