import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useDeed } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords } from '../../kit/text.ts'
import { Refusal, StatePill } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'

type Settlement = Answer<'GET /settlements/{id}'>
type Dispute = Settlement['disputes'][number]

/** Who disagrees with what, and what somebody else decided. */
export function Disputes({ settlement }: { settlement: Settlement }): ReactNode {
  const { say } = useWords()
  return (
    <Card title={say('settle.disputes')}>
      {settlement.disputes.length === 0 ? (
        <p className="quiet">{say('settle.noDisputes')}</p>
      ) : (
        <ul className="stack">
          {settlement.disputes.map((each) => (
            <One key={each.id} dispute={each} zone={settlement.timeZone} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function One({ dispute, zone }: { dispute: Dispute; zone: string }): ReactNode {
  const { language } = useWords()
  return (
    <li className="stack">
      <div className="spread">
        <span className="row">
          <strong>{dispute.party}</strong>
          <StatePill family="dispute" state={dispute.state} />
        </span>
        <strong className="tabular">{formatMoney(dispute.amount, language)}</strong>
      </div>
      <p className="small">
        {dispute.reason}{' '}
        <span className="quiet">{formatTime(dispute.openedAt, 'short', language, zone)}</span>
      </p>
      {dispute.note !== null && <p className="quiet small">{dispute.note}</p>}
      {dispute.state === 'open' && <Decide id={dispute.id} />}
    </li>
  )
}

/** By another person than who opened it; the cloud sees to that. */
function Decide({ id }: { id: string }): ReactNode {
  const { say } = useWords()
  const [note, setNote] = useState('')
  const deed = useDeed('POST /settlements/disputes/{id}/decide', ['GET /settlements/{id}'])
  const decide = (outcome: 'upheld' | 'rejected') => deed.mutate({ path: { id }, body: { outcome, note } })
  return (
    <>
      <div className="filters">
        <Input
          aria-label={say('recon.note')}
          placeholder={say('recon.note')}
          style={{ width: 220 }}
          maxLength={1000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        {(['upheld', 'rejected'] as const).map((outcome) => (
          <Button
            key={outcome}
            disabled={note.trim() === ''}
            loading={deed.isPending}
            onClick={() => decide(outcome)}
          >
            {say(`settle.${outcome}`)}
          </Button>
        ))}
      </div>
      <Refusal problem={deed.error} />
    </>
  )
}
