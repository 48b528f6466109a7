import { Button, Form, Input, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { Icon, Refusal } from '../../kit/ui/index.ts'
import { useWords, type Say } from '../../kit/text.ts'
import { Day } from './day.tsx'
import { usable, type SegmentDraft } from './draft.ts'
import type { Tariff } from './types.ts'

type Fields = { readonly tariffId: string; readonly name: string; readonly segments: readonly SegmentDraft[] }

const wholeDay: SegmentDraft = {
  name: '',
  start: '00:00',
  end: '24:00',
  electricityPrice: '1.00',
  servicePrice: '0.40'
}

/** The next version of a tariff, or the first of a new one; the day is drawn while it is typed. */
export function NewVersion({ of, close }: { of: Tariff | null; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const sites = useApi('GET /sites', { query: { limit: 1 } })
  const site = sites.data?.items[0]
  const currency = (of ?? site)?.currency ?? 'CNY'
  const first = useDeed('POST /tariffs', ['GET /tariffs'])
  const next = useDeed('POST /tariffs/{id}/versions', ['GET /tariffs'])
  const send = ({ tariffId, name, segments }: Fields) => {
    const plan = { ...kept(of), name, currency, segments: segments.map(bare) }
    if (of) next.mutate({ path: { id: of.id }, body: plan }, { onSuccess: close })
    else first.mutate({ body: { id: tariffId, ...plan, assignments: assigned(site) } }, { onSuccess: close })
  }
  return (
    <Modal
      open
      width={860}
      title={titleOf(of, say)}
      okText={say('action.save')}
      okButtonProps={{ loading: first.isPending || next.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={of ? valuesOf(of) : { segments: [wholeDay] }}
        onFinish={send}
      >
        {!of && (
          <Form.Item
            name="tariffId"
            label={say('tariffs.id')}
            rules={[{ required: true, pattern: /^[A-Za-z0-9_-]{1,48}$/ }]}
          >
            <Input autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item name="name" label={say('tariffs.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Segments currency={currency} />
        <Picture currency={currency} />
      </Form>
      <p className="quiet small">{say('tariffs.pinned')}</p>
      <Refusal problem={first.error ?? next.error} />
    </Modal>
  )
}

const titleOf = (of: Tariff | null, say: Say): string =>
  of ? say('tariffs.nextTitle', { name: of.name, version: of.version + 1 }) : say('tariffs.add')

/** A new tariff becomes the first site's; others are assigned by the API. */
const assigned = (site: { readonly id: string } | undefined) => (site ? [{ siteId: site.id }] : [])

const valuesOf = ({ name, segments }: Tariff) => ({
  name,
  segments: segments.map((each) => ({ ...each, name: each.name ?? '' }))
})

/** What the form does not show goes on as it was. */
const kept = (of: Tariff | null) =>
  of
    ? {
        priority: of.priority,
        validFrom: of.validFrom,
        validUntil: of.validUntil,
        ...(of.fallback ? { fallback: of.fallback } : {})
      }
    : {}

const bare = ({ name, ...segment }: SegmentDraft) =>
  name === undefined || name === '' ? segment : { name, ...segment }

const clock = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const decimal = /^\d{1,9}(\.\d{1,6})?$/

function Segments({ currency }: { currency: string }): ReactNode {
  const { say } = useWords()
  const heads = [
    say('tariffs.name'),
    say('tariffs.start'),
    say('tariffs.end'),
    `${say('tariffs.electricity')} ${currency}/kWh`,
    `${say('tariffs.service')} ${currency}/kWh`
  ]
  const fields = [
    { key: 'name', rule: /^.{0,40}$/, odd: say('tariffs.oddName') },
    { key: 'start', rule: clock, odd: say('tariffs.oddClock') },
    { key: 'end', rule: clock, odd: say('tariffs.oddClock') },
    { key: 'electricityPrice', rule: decimal, odd: say('tariffs.oddPrice') },
    { key: 'servicePrice', rule: decimal, odd: say('tariffs.oddPrice') }
  ] as const
  return (
    <Form.List name="segments">
      {(rows, { add, remove }) => (
        <div className="stack">
          {rows.map((row) => (
            <div key={row.key} className="seg-row">
              {fields.map(({ key, rule, odd }, index) => (
                <Form.Item
                  key={key}
                  name={[row.name, key]}
                  label={heads[index] ?? ''}
                  rules={[{ pattern: rule, message: odd }]}
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

function Picture({ currency }: { currency: string }): ReactNode {
  const rows = Form.useWatch<readonly Partial<SegmentDraft>[] | undefined>('segments')
  const segments = usable(rows ?? [])
  return segments.length === 0 ? null : (
    <div style={{ marginTop: 16 }}>
      <Day prices={{ currency, segments }} weekday={1} />
    </div>
  )
}
