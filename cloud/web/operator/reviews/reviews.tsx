import { Link } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { usePages } from '../../kit/api/index.ts'
import { formatEnergy, formatTime, useWords, wordFor, type Say } from '../../kit/text.ts'
import { Empty, Loading, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { useSiteNames, useZones } from '../parts/use-zones.ts'
import { CloseReview } from './close.tsx'
import { doubtText } from './doubt-text.ts'
import type { Review } from './types.ts'

const states = ['open', 'resolved'] as const
type State = (typeof states)[number]

/** Everything odd that waits for a person, of a session or of none: what it is, where, and what to do. */
export function Reviews(): ReactNode {
  const { say } = useWords()
  const [state, setState] = useState<State>('open')
  const reviews = usePages('GET /reviews', { query: { state, limit: 50 } })
  return (
    <>
      <Head title={say('nav.reviews')}>
        <Segmented
          value={state}
          onChange={setState}
          options={states.map((each) => ({ value: each, label: say(`reviews.state.${each}`) }))}
        />
      </Head>
      {reviews.error ? (
        <Trouble problem={reviews.error} retry={reviews.retry} />
      ) : reviews.items === undefined ? (
        <Loading lines={6} />
      ) : reviews.items.length === 0 ? (
        <Empty icon="check" title={say(state === 'open' ? 'reviews.none' : 'reviews.noneResolved')}>
          {state === 'open' && <p>{say('reviews.noneWhy')}</p>}
        </Empty>
      ) : (
        <Rows reviews={reviews.items} />
      )}
      {reviews.more && (
        <Button loading={reviews.loadingMore} onClick={reviews.more}>
          {say('action.more')}
        </Button>
      )}
    </>
  )
}

function Rows({ reviews }: { reviews: readonly Review[] }): ReactNode {
  const { say, language } = useWords()
  const zoneOf = useZones()
  return (
    <Sheet
      label={say('nav.reviews')}
      heads={[
        { name: say('reviews.what') },
        { name: say('reviews.where') },
        { name: say('reviews.when') },
        { name: say('reviews.todo') }
      ]}
    >
      <tbody>
        {reviews.map((review) => (
          <tr key={review.id}>
            <td className="roomy-cell">
              <strong>{wordFor('reviewReason', review.reason)}</strong>
              {review.detail !== '' && (
                <div className="quiet small">{doubtText(review.detail, language)}</div>
              )}
            </td>
            <td>
              <Where review={review} />
            </td>
            <td className="tabular">
              {formatTime(review.raisedAt, 'short', language, zoneOf(review.siteId))}
            </td>
            <td className="roomy-cell">
              {review.resolvedAt === null ? (
                <Todo review={review} />
              ) : (
                <Decided review={review} at={review.resolvedAt} zone={zoneOf(review.siteId)} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

function Where({ review: { siteId, chargerId, sessionId, hasSession } }: { review: Review }): ReactNode {
  const { say } = useWords()
  const nameOf = useSiteNames()
  return (
    <>
      <Link to="/operator/sites/$siteId" params={{ siteId }}>
        {nameOf(siteId)}
      </Link>
      {chargerId !== null && (
        <div>
          <Link to="/operator/chargers/$chargerId" params={{ chargerId }}>
            {chargerId}
          </Link>
        </div>
      )}
      <div className="quiet small">
        {sessionId === null || !hasSession ? (
          say('reviews.noSession')
        ) : (
          <Link to="/operator/sessions/$sessionId" params={{ sessionId }}>
            {say('reviews.session', { id: sessionId.slice(0, 8) })}
          </Link>
        )}
      </div>
    </>
  )
}

/** One with a session is decided on its page, where the readings are; one without can only be closed. */
function Todo({ review }: { review: Review }): ReactNode {
  const { say } = useWords()
  const { sessionId, hasSession } = review
  return (
    <div className="stack">
      <span className="small">{wordFor('reviewTodo', review.reason)}</span>
      {sessionId === null || !hasSession ? (
        <CloseReview review={review} />
      ) : (
        <Link to="/operator/sessions/$sessionId" params={{ sessionId }}>
          {say('reviews.openSession')}
        </Link>
      )}
    </div>
  )
}

const verdictText = ({ verdict, energyWh }: Review, say: Say, energy: string): string =>
  verdict === null ? '–' : say(`reviewVerdict.${verdict}`, energyWh === null ? {} : { energy })

type DecidedProps = { readonly review: Review; readonly at: string; readonly zone: string | undefined }

function Decided({ review, at, zone }: DecidedProps): ReactNode {
  const { say, language } = useWords()
  return (
    <>
      {verdictText(review, say, formatEnergy(review.energyWh, language))}
      <div className="quiet small">
        {review.resolvedBy} · {formatTime(at, 'short', language, zone)}
      </div>
      {review.note !== null && <div className="small">{review.note}</div>}
    </>
  )
}
