import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { Sure } from '../parts/sure.tsx'
import { doubtText } from './doubt-text.ts'
import type { Review } from './types.ts'

/** Ends a review that belongs to no session: nothing is billed by it, what was found is kept. */
export function CloseReview({ review }: { review: Review }): ReactNode {
  const { say, language } = useWords()
  const [asked, setAsked] = useState(false)
  const [note, setNote] = useState('')
  const deed = useDeed('POST /reviews/{id}/resolve', ['GET /reviews', 'GET /alarms'])
  return (
    <div>
      <Button size="small" onClick={() => setAsked(true)}>
        {say('reviews.close')}
      </Button>
      {asked && (
        <Sure
          title={say('reviews.closeTitle')}
          deed={say('reviews.close')}
          busy={deed.isPending}
          ready={note.trim() !== ''}
          problem={deed.error}
          go={() =>
            deed.mutate(
              { path: { id: review.id }, body: { note: note.trim() } },
              { onSuccess: () => setAsked(false) }
            )
          }
          close={() => setAsked(false)}
        >
          <p>
            <strong>{wordFor('reviewReason', review.reason)}</strong> {doubtText(review.detail, language)}
          </p>
          <p>{say('reviews.closeWhat')}</p>
          <label className="field">
            <span>{say('reviews.note')}</span>
            <Input.TextArea
              rows={2}
              maxLength={500}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          </label>
        </Sure>
      )}
    </div>
  )
}
