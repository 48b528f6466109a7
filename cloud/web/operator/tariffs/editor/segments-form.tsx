import { Button, Form, Input } from 'antd'
import type { ReactNode } from 'react'
import { pointed } from '../../../kit/minor.ts'
import { useWords } from '../../../kit/text.ts'
import { Icon } from '../../../kit/ui/index.ts'
import { wholeDay } from './draft.ts'

const clock = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const decimal = /^\d{1,9}(\.\d{1,6})?$/

/** Stretches of the day, each with its two prices. */
export function SegmentsForm({ currency }: { currency: string }): ReactNode {
  const { say } = useWords()
  const fields = [
    { key: 'name', label: say('tariffs.name'), rule: /^.{0,40}$/, odd: say('tariffs.oddName') },
    { key: 'start', label: say('tariffs.start'), rule: clock, odd: say('tariffs.oddClock') },
    { key: 'end', label: say('tariffs.end'), rule: clock, odd: say('tariffs.oddClock') },
    {
      key: 'electricityPrice',
      label: `${say('tariffs.electricity')} ${currency}/kWh`,
      rule: decimal,
      odd: say('tariffs.oddPrice')
    },
    {
      key: 'servicePrice',
      label: `${say('tariffs.service')} ${currency}/kWh`,
      rule: decimal,
      odd: say('tariffs.oddPrice')
    }
  ] as const
  return (
    <Form.List name="segments">
      {(rows, { add, remove }) => (
        <div className="stack">
          {rows.map((row) => (
            <div key={row.key} className="seg-row">
              {fields.map(({ key, label, rule, odd }) => (
                <Form.Item
                  key={key}
                  name={[row.name, key]}
                  label={label}
                  rules={[{ pattern: rule, message: odd }]}
                  {...(key.endsWith('Price') ? { normalize: pointed } : {})}
                  style={{ margin: 0 }}
                >
                  <Input autoComplete="off" />
                </Form.Item>
              ))}
              <Button
                aria-label={say('tariffs.removeRow')}
                onClick={() => remove(row.name)}
                icon={<Icon name="cross" size={14} />}
              />
            </div>
          ))}
          <Button onClick={() => add({ ...wholeDay })} icon={<Icon name="plus" size={14} />}>
            {say('tariffs.addRow')}
          </Button>
        </div>
      )}
    </Form.List>
  )
}
