import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/client.ts'
import { useApi } from '../../kit/api/use-api.ts'
import { Asked, Empty, Note } from '../../kit/ui/states.tsx'
import { useWords } from '../../kit/words/index.ts'
import { Running } from './running.tsx'
import { Receipt } from './receipt.tsx'

export type Session = Answer<'GET /sessions/{id}'>

const askEveryMs: Readonly<Record<string, number>> = { pending: 2_000, started: 15_000, suspended: 15_000 }

/** One session from "starting" to its receipt; the page turns by itself. */
export function SessionPage(): ReactNode {
  const { sessionId = '' } = useParams({ strict: false })
  const first = useApi('GET /sessions/{id}', { path: { id: sessionId } })
  const every = askEveryMs[first.data?.status ?? '']
  // The stream tells; asking now and then as well costs little and survives a phone that slept.
  useApi('GET /sessions/{id}', { path: { id: sessionId } }, every === undefined ? {} : { everyMs: every })
  return <Asked of={first}>{(session) => <Stage session={session} />}</Asked>
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
      return <Receipt session={session} />
  }
}
