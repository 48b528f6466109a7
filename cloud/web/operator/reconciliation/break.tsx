import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useDeed } from '../../kit/api/index.ts'
import { formatMoney, formatTime, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Refusal, StatePill } from '../../kit/ui/index.ts'
import { useHomeZone } from '../parts/use-zones.ts'

export type Break = Answer<'GET /reconciliation/{date}'>['breaks'][number]
type Remedy = Break['remedies'][number]

/** One thing that does not fit: what, by how much, the evidence of each side, and what two people say becomes of it. */
export function BreakCard({ found }: { found: Break }): ReactNode {
  const { say, language } = useWords()
  return (
    <li className="break">
      <div className="spread">
        <span className="row">
          <strong>{wordFor('breakClass', found.class)}</strong>
          <StatePill family="breakState" state={found.status} />
        </span>
        <strong className="tabular">{found.difference ? formatMoney(found.difference, language) : ''}</strong>
      </div>
      <p className="small">{wordFor('breakWhy', found.class)}</p>
      <p className="quiet small row">
        {found.provider !== null && partyText(found.provider)}{' '}
        {found.reference !== null && <code className="mono">{found.reference}</code>}
        {found.sessionId !== null && (
          <Link to="/operator/sessions/$sessionId" params={{ sessionId: found.sessionId }}>
            {say('invoices.session')} {found.sessionId.slice(0, 8)}
          </Link>
        )}
      </p>
      <details>
        <summary className="small">{say('recon.evidence')}</summary>
        <p className="small quiet" lang="en">
          {found.detail}
        </p>
        <pre className="raw">{JSON.stringify(found.evidence, null, 2)}</pre>
      </details>
      {found.repairedBy !== null && (
        <p className="small quiet">{say('recon.repairedBy', { by: found.repairedBy })}</p>
      )}
      <Decisions found={found} />
      {(found.status === 'open' || found.status === 'proposed') && <Decide found={found} />}
    </li>
  )
}

function Decisions({ found }: { found: Break }): ReactNode {
  const zone = useHomeZone()
  const { say, language } = useWords()
  return found.decisions.map(({ remedy, by, note, at }, index) => (
    <p key={index} className="small">
      <strong>{remedy === null ? say('recon.rejected') : wordFor('remedy', remedy)}</strong> · {by} ·{' '}
      {formatTime(at, 'short', language, zone)}
      <span className="quiet"> {note}</span>
    </p>
  ))
}

/** One proposes, somebody else agrees; nothing happens by the word of one. */
function Decide({ found }: { found: Break }): ReactNode {
  const { say } = useWords()
  const proposed = found.status === 'proposed' ? found.remedy : null
  const [wish, setRemedy] = useState<Remedy | null>(null)
  const [note, setNote] = useState('')
  const deed = useDeed('POST /reconciliation/breaks/{id}/decisions', [
    'GET /reconciliation/{date}',
    'GET /reconciliation'
  ])
  const remedy = proposed ?? wish ?? found.remedies[0] ?? null
  const send = (said: Remedy | null) =>
    deed.mutate({ path: { id: found.id }, body: { remedy: said, note } }, { onSuccess: () => setNote('') })
  return (
    <div className="stack">
      <p className="quiet small">{say(proposed === null ? 'recon.two' : 'recon.second')}</p>
      <div className="filters">
        {proposed === null && (
          <Select
            aria-label={say('recon.remedy')}
            style={{ minWidth: 190 }}
            value={remedy}
            onChange={setRemedy}
            options={found.remedies.map((each) => ({ value: each, label: wordFor('remedy', each) }))}
          />
        )}
        <Input
          aria-label={say('recon.note')}
          placeholder={say('recon.note')}
          style={{ width: 260 }}
          maxLength={500}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        <Button
          disabled={note.trim() === '' || remedy === null}
          loading={deed.isPending}
          onClick={() => send(remedy)}
        >
          {proposed === null
            ? say('recon.propose')
            : say('recon.agree', { remedy: wordFor('remedy', proposed) })}
        </Button>
        {proposed !== null && (
          <Button disabled={note.trim() === ''} loading={deed.isPending} onClick={() => send(null)}>
            {say('recon.reject')}
          </Button>
        )}
      </div>
      <Refusal problem={deed.error} />
    </div>
  )
}
