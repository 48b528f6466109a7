import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Answer, useApi, useParam } from '../../kit/api/index.ts'
import { formatCount, formatMoney, formatTime, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Icon, Loading, Note, Pill } from '../../kit/ui/index.ts'
import { Card, CopyText, Head } from '../parts/parts.tsx'
import { checkProof, entryOf, noteOf, transferOf, type Step } from './proof.ts'
import { savedAs } from './save.ts'
import { browserCrypto } from './web-crypto.ts'

type Proof = Answer<'GET /ledger/entries/{id}/proof'>

/** One entry of the ledger, and the proof that it stands in the signed tree, made again in this browser. */
export function EntryPage(): ReactNode {
  const { say } = useWords()
  const id = useParam('entryId')
  const proof = useApi('GET /ledger/entries/{id}/proof', { path: { id } })
  return (
    <>
      <Head title={say('proof.title', { id })} up={{ to: '/operator/ledger', name: say('nav.ledger') }}>
        {proof.data && (
          <button type="button" className="btn" onClick={() => savedAs(`proof-${id}.json`, proof.data)}>
            <Icon name="down" size={15} />
            {say('proof.save')}
          </button>
        )}
      </Head>
      <Asked of={proof}>{(found) => <Proved proof={found} />}</Asked>
    </>
  )
}

function Proved({ proof }: { proof: Proof }): ReactNode {
  const { say } = useWords()
  const crypto = browserCrypto()
  const steps = useQuery({
    queryKey: ['proof', proof],
    queryFn: async () => (crypto ? await checkProof(proof, crypto) : null),
    staleTime: Number.POSITIVE_INFINITY
  })
  return (
    <div className="two">
      <Card title={say('proof.steps')} more={steps.data && <Verdict steps={steps.data} />}>
        <p className="quiet small lead">{say('proof.why')}</p>
        {!crypto ? (
          <Note tone="wait" icon="lock">
            {say('proof.unsafe')}
          </Note>
        ) : steps.error ? (
          <Note tone="fault" icon="warn">
            {say('proof.unreadable', { why: steps.error.message })}
          </Note>
        ) : steps.data ? (
          <Steps steps={steps.data} proof={proof} />
        ) : (
          <Loading lines={5} />
        )}
      </Card>
      <div className="stack">
        <Entry proof={proof} />
        <Card title={say('proof.alone')}>
          <p className="small">{say('proof.aloneHow')}</p>
          <CopyText text="npm run verify-ledger -- proof.json" />
          <p className="small">{say('proof.key')}</p>
          <CopyText text={proof.key} />
        </Card>
      </div>
    </div>
  )
}

function Verdict({ steps }: { steps: readonly Step[] }): ReactNode {
  const { say } = useWords()
  return steps.every(({ ok }) => ok) ? (
    <Pill tone="free" icon="check">
      {say('proof.holds')}
    </Pill>
  ) : (
    <Pill tone="fault" icon="warn">
      {say('proof.fails')}
    </Pill>
  )
}

function Steps({ steps, proof }: { steps: readonly Step[]; proof: Proof }): ReactNode {
  const { say, language } = useWords()
  const fill = {
    size: formatCount(proof.treeSize, language),
    hashes: proof.path.length,
    number: proof.sequence
  }
  return (
    <ol className="line proof">
      {steps.map(({ name, ok, value }, index) => (
        <li key={name}>
          <span className="quiet">{index + 1}</span>
          <span className="dot" data-tone={ok ? 'free' : 'fault'}>
            <Icon name={ok ? 'check' : 'cross'} size={14} />
          </span>
          <div>
            <strong>{say(`proof.${name}`, fill)}</strong>{' '}
            <span className={ok ? 'quiet' : 'tone-fault'}>{say(ok ? 'proof.ok' : 'proof.bad')}</span>
            <code className="mono proof-value">{value}</code>
          </div>
        </li>
      ))}
    </ol>
  )
}

function Entry({ proof }: { proof: Proof }): ReactNode {
  const { say, language } = useWords()
  const { kind, phase, key, currency, sessionId } = transferOf(proof.content)
  const entry = entryOf(proof)
  const facts: readonly (readonly [string, ReactNode])[] = [
    [say('ledger.no'), `${proof.sequence}.${proof.line}`],
    [say('ledger.what'), `${wordFor('transfer', kind)} · ${wordFor('phase', phase)}`],
    [say('ledger.account'), entry && `${partyText(entry.party)} · ${wordFor('purpose', entry.purpose)}`],
    [say('word.amount'), entry && formatMoney({ currency, amountMinor: entry.amountMinor }, language)],
    [
      say('proof.transfer'),
      <code key="key" className="mono">
        {key}
      </code>
    ],
    [say('invoices.session'), sessionId === '' ? null : <SessionLink key="session" id={sessionId} />],
    [say('proof.sealed'), formatTime(noteOf(proof.checkpoint)?.at, 'full', language)]
  ]
  return (
    <Card title={say('proof.which')}>
      <dl className="def">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt>{name}</dt>
              <dd className="tabular">{value}</dd>
            </div>
          )
        )}
      </dl>
    </Card>
  )
}

const SessionLink = ({ id }: { id: string }): ReactNode => (
  <Link to="/operator/sessions/$sessionId" params={{ sessionId: id }}>
    {id.slice(0, 8)}
  </Link>
)
