import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatMoney, partyText, useWords } from '../../kit/text.ts'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'
import { heldOf } from './held.ts'
import type { Settlement, Statement } from './types.ts'

type Props = { readonly statement: Statement; readonly settlement: Settlement }

/** What is held back of a party: how much of it is in dispute or free again, and its end. */
export function HeldBack({ statement, settlement }: Props): ReactNode {
  const { say, language } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState(false)
  const { disputed, released, left } = heldOf(statement, settlement.disputes)
  const money = (amountMinor: number) => formatMoney({ ...statement.held, amountMinor }, language)
  return (
    <>
      {disputed > 0 && <div className="quiet small">{say('held.disputed', { amount: money(disputed) })}</div>}
      {released > 0 && <div className="quiet small">{say('held.of', { amount: money(released) })}</div>}
      {me?.isAdmin === true && settlement.state !== 'open' && left > 0 && (
        <div>
          <Button size="small" onClick={() => setAsked(true)}>
            {say('held.release')} {money(left)}
          </Button>
        </div>
      )}
      {asked && <Release statement={statement} close={() => setAsked(false)} />}
    </>
  )
}

function Release({ statement, close }: { statement: Statement; close: () => void }): ReactNode {
  const { say } = useWords()
  const deed = useDeed('POST /settlements/statements/{id}/release', ['GET /settlements/{id}'])
  const party = partyText(statement.party)
  return (
    <Sure
      title={say('held.title', { party })}
      deed={say('held.release')}
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path: { id: statement.id } }, { onSuccess: close })}
      close={close}
    >
      <p>{say('held.what', { party })}</p>
    </Sure>
  )
}
