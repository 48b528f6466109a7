import { Button, Form, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import { pointed } from '../../../kit/minor.ts'
import { useWords, wordFor, type Word } from '../../../kit/text.ts'
import { Icon } from '../../../kit/ui/index.ts'
import { clock, decimal } from './rules-draft.ts'

const dimensions = ['energy', 'time', 'parking', 'session', 'idle', 'reservation', 'flat'] as const
const weekdays = [1, 2, 3, 4, 5, 6, 7]
const optional = (form: RegExp) => new RegExp(`^$|${form.source}`)

type Field = { readonly key: string; readonly word: Word; readonly rule: RegExp; readonly odd: Word }
const fields: readonly Field[] = [
  { key: 'price', word: 'rules.price', rule: decimal, odd: 'tariffs.oddPrice' },
  { key: 'taxPercent', word: 'rules.tax', rule: optional(decimal), odd: 'tariffs.oddPrice' },
  { key: 'startTime', word: 'tariffs.start', rule: optional(clock), odd: 'tariffs.oddClock' },
  { key: 'endTime', word: 'tariffs.end', rule: optional(clock), odd: 'tariffs.oddClock' },
  { key: 'minKwh', word: 'rules.minKwh', rule: /^$|^\d+(\.\d+)?$/, odd: 'tariffs.oddPrice' },
  { key: 'maxKwh', word: 'rules.maxKwh', rule: /^$|^\d+(\.\d+)?$/, odd: 'tariffs.oddPrice' },
  { key: 'graceMinutes', word: 'rules.grace', rule: /^$|^\d{1,5}$/, odd: 'rules.oddWhole' },
  { key: 'step', word: 'rules.step', rule: /^$|^\d{1,6}$/, odd: 'rules.oddWhole' },
  { key: 'series', word: 'rules.series', rule: /^.{0,60}$/, odd: 'tariffs.oddName' }
]

/** Prices in the order in which they are asked: for each kind the first that holds is taken. */
export function RulesForm(): ReactNode {
  return (
    <div className="stack">
      <RuleRows />
      <RulesRest />
    </div>
  )
}

function RuleRows(): ReactNode {
  const { say } = useWords()
  return (
    <Form.List name={['rules', 'rows']}>
      {(rows, { add, remove, move }) => (
        <div className="stack">
          <p className="quiet small">{say('rules.first')}</p>
          {rows.map((row, index) => (
            <RuleCard
              key={row.key}
              at={row.name}
              number={index + 1}
              up={index === 0 ? null : () => move(index, index - 1)}
              remove={() => remove(row.name)}
            />
          ))}
          <Button
            onClick={() => add({ dimension: 'energy', price: '' })}
            icon={<Icon name="plus" size={14} />}
          >
            {say('rules.add')}
          </Button>
        </div>
      )}
    </Form.List>
  )
}

type CardProps = {
  readonly at: number
  readonly number: number
  readonly up: (() => void) | null
  readonly remove: () => void
}

function RuleCard({ at, number, up, remove }: CardProps): ReactNode {
  const { say } = useWords()
  return (
    <fieldset className="rule">
      <legend>{say('rules.number', { number })}</legend>
      <div className="rule-head">
        <Form.Item name={[at, 'dimension']} label={say('rules.what')}>
          <Select options={dimensions.map((each) => ({ value: each, label: wordFor('part', each) }))} />
        </Form.Item>
        <Form.Item name={[at, 'name']} label={say('tariffs.name')}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
        <span className="row">
          {up && (
            <Button
              aria-label={say('rules.up', { number })}
              onClick={up}
              icon={<Icon name="up" size={14} />}
            />
          )}
          <Button
            aria-label={say('rules.remove', { number })}
            onClick={remove}
            icon={<Icon name="cross" size={14} />}
          />
        </span>
      </div>
      <div className="rule-fields">
        {fields.map(({ key, word, rule, odd }) => (
          <Form.Item
            key={key}
            name={[at, key]}
            label={say(word)}
            rules={[{ pattern: rule, message: say(odd) }]}
            {...(odd === 'tariffs.oddPrice' ? { normalize: pointed } : {})}
          >
            <Input autoComplete="off" />
          </Form.Item>
        ))}
        <Form.Item name={[at, 'part']} label={say('rules.part')}>
          <Select
            allowClear
            options={['electricity', 'service'].map((each) => ({
              value: each,
              label: wordFor('part', each)
            }))}
          />
        </Form.Item>
        <Form.Item name={[at, 'weekdays']} label={say('rules.weekdays')}>
          <Select
            mode="multiple"
            placeholder={say('rules.everyDay')}
            options={weekdays.map((each) => ({ value: each, label: wordFor('weekday', String(each)) }))}
          />
        </Form.Item>
        <Form.Item name={[at, 'groups']} label={say('rules.groups')}>
          <Select mode="tags" open={false} suffixIcon={null} placeholder={say('rules.everybody')} />
        </Form.Item>
      </div>
    </fieldset>
  )
}

/** What comes off, what is the least and the most, and whether prices carry their tax. */
function RulesRest(): ReactNode {
  const { say } = useWords()
  return (
    <>
      <Form.List name={['rules', 'discounts']}>
        {(rows, { add, remove }) => (
          <div className="stack">
            {rows.map(({ key, name }) => (
              <div key={key} className="rule-head">
                <Form.Item name={[name, 'name']} label={say('rules.discount')}>
                  <Input autoComplete="off" maxLength={60} />
                </Form.Item>
                <Form.Item
                  name={[name, 'percent']}
                  label={say('rules.percent')}
                  normalize={pointed}
                  rules={[{ pattern: optional(decimal), message: say('tariffs.oddPrice') }]}
                >
                  <Input autoComplete="off" suffix="%" />
                </Form.Item>
                <Form.Item name={[name, 'groups']} label={say('rules.groups')}>
                  <Select mode="tags" open={false} suffixIcon={null} placeholder={say('rules.everybody')} />
                </Form.Item>
                <Button
                  aria-label={say('tariffs.removeRow')}
                  onClick={() => remove(name)}
                  icon={<Icon name="cross" size={14} />}
                />
              </div>
            ))}
            <Button onClick={() => add({})} icon={<Icon name="plus" size={14} />}>
              {say('rules.addDiscount')}
            </Button>
          </div>
        )}
      </Form.List>
      <div className="rule-fields">
        <Form.Item name={['rules', 'tax']} label={say('rules.taxKind')}>
          <Select
            options={['added', 'included', 'none'].map((each) => ({
              value: each,
              label: wordFor('taxKind', each)
            }))}
          />
        </Form.Item>
        {(['least', 'most'] as const).map((each) => (
          <Form.Item
            key={each}
            name={['rules', each]}
            label={say(`rules.${each}`)}
            normalize={pointed}
            rules={[{ pattern: optional(decimal), message: say('tariffs.oddPrice') }]}
          >
            <Input autoComplete="off" />
          </Form.Item>
        ))}
      </div>
    </>
  )
}
