import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { Asked, Empty, Icon, StatePill } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { useMe } from '../parts/use-me.ts'
import { useHomeZone } from '../parts/use-zones.ts'
import type { Listed } from './types.ts'
import { Upload } from './upload.tsx'

/** Files of the bank: who brought them and how they stand; the time is the way in. */
export function Statements(): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const statements = useApi('GET /fleet-accounts/statements')
  const [open, setOpen] = useState(false)
  return (
    <Card
      title={say('bank.title')}
      more={
        me?.isAdmin === true && (
          <Button icon={<Icon name="up" size={15} />} onClick={() => setOpen(true)}>
            {say('bank.upload')}
          </Button>
        )
      }
    >
      <Asked of={statements} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="book" title={say('bank.none')}>
              <p>{say('bank.noneHow')}</p>
            </Empty>
          ) : (
            <ul className="plans">
              {items.map((each) => (
                <One key={each.id} statement={each} />
              ))}
            </ul>
          )
        }
      </Asked>
      {me && !me.isAdmin && <p className="quiet small">{say('bank.onlyAdmin')}</p>}
      {open && <Upload close={() => setOpen(false)} />}
    </Card>
  )
}

function One({ statement }: { statement: Listed }): ReactNode {
  const { say, language } = useWords()
  const zone = useHomeZone()
  const me = useMe()
  return (
    <li className="row">
      <Link to="/operator/bank-statements/$statementId" params={{ statementId: statement.id }}>
        {formatTime(statement.uploadedAt, 'short', language, zone)}
      </Link>
      <StatePill family="bankFile" state={statement.status} />
      {me?.userId === statement.uploadedBy && <span className="quiet small">{say('bank.byYou')}</span>}
      <code className="mono quiet small">{statement.digest.slice(0, 12)}</code>
    </li>
  )
}
