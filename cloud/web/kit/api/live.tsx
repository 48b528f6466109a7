import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react'
import { useClient } from './audience.tsx'
import { retell, type Patch } from './retell.ts'
import { keepStream, type StreamState } from './stream.ts'

const StateContext = createContext<StreamState>('connecting')

/** How the live line stands: `lost` shows on the page until it has healed. */
export const useStreamState = (): StreamState => useContext(StateContext)

/** One stream an audience; `patch` writes what it tells into the caches that the pages read. */
export function Live(props: {
  readonly topics: string
  readonly patch: Patch
  readonly children: ReactNode
}): ReactNode {
  const client = useClient()
  const cache = useQueryClient()
  const [state, setState] = useState<StreamState>('connecting')
  const patch = useRef(props.patch)
  const { topics } = props

  useEffect(() => {
    const stop = new AbortController()
    const told = retell(cache, (where, event) => patch.current(where, event))
    void keepStream(
      {
        open: async (signal) => await client.open(`/stream?topics=${topics}`, signal),
        heard: told.heard,
        changed: patient(setState, stop.signal),
        opened: told.opened,
        chance: Math.random,
        wait
      },
      stop.signal
    )
    return () => {
      stop.abort()
      told.stop()
    }
  }, [client, cache, topics])
  return <StateContext value={state}>{props.children}</StateContext>
}

const patienceMs = 2_000 // The cloud ends each stream with its token; coming back at once is no loss worth a word.

function patient(tell: (state: StreamState) => void, stop: AbortSignal): (state: StreamState) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  stop.addEventListener('abort', () => clearTimeout(timer))
  return (state) => {
    if (state === 'lost') timer ??= setTimeout(() => tell('lost'), patienceMs)
    else {
      clearTimeout(timer)
      timer = undefined
      tell(state)
    }
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    // Back on the network: no reason to sit out the pause.
    const early = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', early, { once: true })
    addEventListener('online', early, { once: true })
  })
}

/** The wall clock as a value that moves: for "12 min" beside something that runs. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
