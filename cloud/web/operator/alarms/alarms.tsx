import { Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { Asked } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { Head } from '../parts/parts.tsx'
import { AlarmList } from './alarm-list.tsx'

/** What is wrong now, or what was. */
export function Alarms(): ReactNode {
  const { say } = useWords()
  const [which, setWhich] = useState('open')
  const alarms = useApi(
    'GET /alarms',
    { query: { limit: 100, open: which === 'open' ? 'true' : undefined } },
    { keepOld: true }
  )
  return (
    <>
      <Head title={say('nav.alarms')}>
        <Segmented
          value={which}
          onChange={(value) => setWhich(value)}
          options={[
            { value: 'open', label: say('alarm.open') },
            { value: 'all', label: say('alarm.all') }
          ]}
        />
      </Head>
      <section className="card" aria-label={say('nav.alarms')}>
        <Asked of={alarms}>{({ items }) => <AlarmList alarms={items} />}</Asked>
      </section>
    </>
  )
}
