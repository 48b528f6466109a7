import type { ReactNode } from 'react'
import { useApi, useParam } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { shortId } from '../../kit/names.ts'
import { Asked, StatePill } from '../../kit/ui/index.ts'
import { Card, Head } from '../parts/parts.tsx'
import { useMe } from '../parts/use-me.ts'
import { useHomeZone } from '../parts/use-zones.ts'
import { Deciding } from './decide.tsx'
import { Lines, Unmatched } from './lines.tsx'
import type { Statement } from './types.ts'

/** One file of the bank: what a yes posts, what differs, what was known, what names nothing of ours. */
export function BankStatement(): ReactNode {
  const path = { statementId: useParam('statementId') }
  const statement = useApi('GET /fleet-accounts/statements/{statementId}', { path })
  return <Asked of={statement}>{(found) => <Whole statement={found} />}</Asked>
}

type Props = { readonly statement: Statement }

function Whole({ statement }: Props): ReactNode {
  const { say, language } = useWords()
  const zone = useHomeZone()
  const at = formatTime(statement.uploadedAt, 'short', language, zone)
  const { status, wouldPost, posted, proposed, known, unmatched } = statement
  return (
    <>
      <Head title={say('bank.one', { at })} up={{ to: '/operator/invoices', name: say('nav.invoices') }}>
        <StatePill family="bankFile" state={status} />
      </Head>
      <Facts statement={statement} />
      <Lines title={say('bank.posted')} lines={posted} />
      {status === 'proposed' && (
        <Card title={say('bank.wouldPost')}>
          <div className="stack">
            <p className="quiet small">
              {say(wouldPost.length === 0 ? 'bank.wouldPostNone' : 'bank.wouldPostWhat')}
            </p>
            <Lines lines={wouldPost} title={say('bank.wouldPost')} bare />
            <Deciding statement={statement} />
          </div>
        </Card>
      )}
      {status !== 'proposed' && proposed.length === 0 && <p className="quiet small">{say('bank.decided')}</p>}
      <Lines title={say('bank.proposed')} how={say('bank.proposedWhat')} lines={proposed} />
      <Lines title={say('bank.known')} how={say('bank.knownWhat')} lines={known} states />
      <Unmatched lines={unmatched} />
    </>
  )
}

function Facts({ statement }: Props): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const isMine = me?.userId === statement.uploadedBy
  return (
    <p className="small">
      {isMine ? say('bank.byYou') : say('bank.byOther', { name: shortId(statement.uploadedBy) })}
      {' · '}
      <span className="quiet">{say('bank.digest')}</span> <code className="mono">{statement.digest}</code>
    </p>
  )
}
