import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi, useParam } from '../../kit/api/index.ts'
import { Asked, Empty, Note } from '../../kit/ui/index.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { Running } from './running.tsx'
import { Receipt } from './receipt.tsx'
import { StillThere } from './standing.tsx'
import type { Session } from './types.ts'

const standingMs = 5_000 // The receipt follows as soon as the car has left.
const askEveryMs: Readonly<Record<string, number>> = { pending: 2_000, started: 15_000, suspended: 15_000 }

/** One session from "starting" to its receipt; the page turns by itself. */
export function SessionPage(): ReactNode {
  const sessionId = useParam('sessionId')
  const first = useApi('GET /sessions/{id}', { path: { id: sessionId } })
  const every = first.data?.standing === true ? standingMs : askEveryMs[first.data?.status ?? '']
  // The stream tells; asking now and then as well costs little and survives a phone that slept.
  useApi('GET /sessions/{id}', { path: { id: sessionId } }, every === undefined ? {} : { everyMs: every })
  return <Asked of={first}>{(session) => <Stage session={session} />}</Asked>
}

const wordFailure = ({ code, detail }: { readonly code: string; readonly detail: string }): string => {
  const ours = wordFor('failure', code)
  return ours === code ? detail : ours
}

function Stage({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  switch (session.status) {
    case 'pending':
      return (
        <div className="card">
          <Empty icon="plug" title={say('driver.waiting')}>
            <p>{say('driver.waitingWhy')}</p>
          </Empty>
        </div>
      )
    case 'started':
    case 'suspended':
      return <Running session={session} />
    case 'failed':
      return (
        <div className="card">
          <Empty icon="cross" title={say('driver.failed')}>
            <p>{session.failure ? wordFailure(session.failure) : ''}</p>
            <p>{say('driver.failedWhy')}</p>
            <Link to="/driver" className="btn" data-kind="main">
              {say('driver.again')}
            </Link>
          </Empty>
        </div>
      )
    case 'review':
      return (
        <>
          <h1>{say('driver.review')}</h1>
          <Note tone="wait" icon="eye">
            {say('driver.reviewWhy')}
          </Note>
        </>
      )
    default:
      return session.standing ? <StillThere session={session} /> : <Receipt session={session} />
  }
}
