import { Form, Input, Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useNow } from '../../../kit/api/index.ts'
import { useWords, zoneNote } from '../../../kit/text.ts'

/** What the tariff is called, from when, and of which kind. */
export function Identity({ isNew, zone }: { isNew: boolean; zone: string }): ReactNode {
  const { say } = useWords()
  const kinds = (['time-of-use', 'rules'] as const).map((value) => ({ value, label: say(`editor.${value}`) }))
  const note = zoneNote(zone, useNow(60_000))
  return (
    <>
      <div className="pair">
        {isNew && (
          <Form.Item
            name="tariffId"
            label={say('tariffs.id')}
            rules={[{ required: true, pattern: /^[A-Za-z0-9_-]{1,48}$/, message: say('editor.oddId') }]}
          >
            <Input autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item name="name" label={say('tariffs.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="validFrom"
          label={say('editor.validFrom')}
          extra={note === '' ? say('editor.atOnce') : `${say('editor.atOnce')} ${note}`}
        >
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <Form.Item name="kind" label={say('editor.kind')}>
        <Segmented options={kinds} />
      </Form.Item>
    </>
  )
}
