import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useDeed } from '../../kit/api/index.ts'
import { formatMoney, formatTime, partyText, useWords, wordFor } from '../../kit/text.ts'
import { StatePill } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'

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
            <One key={each.id} dispute={each} settlement={settlement} />
          ))}
        </ul>
      )}
    </Card>
  )
}

type OneProps = { readonly dispute: Dispute; readonly settlement: Settlement }

function One({ dispute, settlement }: OneProps): ReactNode {
  const { language } = useWords()
  return (
    <li className="stack">
      <div className="spread">
        <span className="row">
          <strong>{partyText(dispute.party)}</strong>
          <StatePill family="dispute" state={dispute.state} />
        </span>
        <strong className="tabular">{formatMoney(dispute.amount, language)}</strong>
      </div>
      <p className="small">
        {dispute.reason}{' '}
        <span className="quiet">{formatTime(dispute.openedAt, 'short', language, settlement.timeZone)}</span>
      </p>
      {dispute.note !== null && (
        <p className="quiet small">
          {dispute.note} {formatTime(dispute.decidedAt, 'short', language, settlement.timeZone)}
        </p>
      )}
      {dispute.state === 'open' && <Deciding dispute={dispute} settlement={settlement} />}
    </li>
  )
}

/** By an administrator who has not opened it, once the settlement is closed; who cannot is told why. */
function Deciding({ dispute, settlement }: OneProps): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  if (settlement.state === 'open') return <p className="quiet small">{say('dispute.closeFirst')}</p>
  if (!me) return null
  if (!me.isAdmin || dispute.openedBy === me.userId)
    return <p className="quiet small">{say('dispute.other')}</p>
  return (
    <div className="filters">
      {(['upheld', 'rejected'] as const).map((each) => (
        <Button key={each} onClick={() => setOutcome(each)}>
          {say(`settle.${each}`)}
        </Button>
      ))}
      {outcome !== null && (
        <Decide dispute={dispute} settlement={settlement} outcome={outcome} close={() => setOutcome(null)} />
      )}
    </div>
  )
}

type Outcome = 'upheld' | 'rejected'

function Decide(props: OneProps & { readonly outcome: Outcome; readonly close: () => void }): ReactNode {
  const { dispute, settlement, outcome, close } = props
  const { say, language } = useWords()
  const [note, setNote] = useState('')
  const [winner, setWinner] = useState(operators)
  const deed = useDeed('POST /settlements/disputes/{id}/decide', ['GET /settlements/{id}'])
  const [party = '', purpose = ''] = winner.split(' ')
  const amount = formatMoney(dispute.amount, language)
  const body = { outcome, note: note.trim(), inFavourOf: { party, purpose } }
  return (
    <Sure
      title={`${say(`settle.${outcome}`)}: ${amount}`}
      deed={say(`settle.${outcome}`)}
      busy={deed.isPending}
      ready={note.trim() !== ''}
      problem={deed.error}
      go={() => deed.mutate({ path: { id: dispute.id }, body }, { onSuccess: close })}
      close={close}
    >
      {outcome === 'upheld' && (
        <Favour dispute={dispute} settlement={settlement} winner={winner} choose={setWinner} />
      )}
      <p>
        {say(`dispute.what.${outcome}`, {
          amount,
          party: partyText(outcome === 'upheld' ? party : dispute.party)
        })}
      </p>
      <label className="field">
        <span>{say('recon.note')}</span>
        <Input.TextArea
          rows={2}
          maxLength={1000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
    </Sure>
  )
}

const operators = 'operator revenue'

type FavourProps = OneProps & { readonly winner: string; readonly choose: (winner: string) => void }

/** Who was right: one of the other parties of the run, or the operator. */
function Favour({ dispute, settlement, winner, choose }: FavourProps): ReactNode {
  const { say } = useWords()
  const others = settlement.statements.filter(({ id }) => id !== dispute.statementId)
  const names = new Set([operators, ...others.map(({ party, purpose }) => `${party} ${purpose}`)])
  const labelOf = (name: string): string => {
    const [party = '', purpose = ''] = name.split(' ')
    return `${partyText(party)} · ${wordFor('purpose', purpose)}`
  }
  return (
    <label className="field">
      <span id="favour">{say('dispute.favour')}</span>
      <Select
        aria-labelledby="favour"
        value={winner}
        onChange={choose}
        options={[...names].map((name) => ({ value: name, label: labelOf(name) }))}
      />
    </label>
  )
}
