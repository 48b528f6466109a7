import { Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed, useNow } from '../../kit/api/index.ts'
import { formatDuration, formatPower, formatTime, useWords, zoneNote } from '../../kit/text.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'
import { useAllocation } from '../parts/use-power.ts'
import { consequenceOf } from './consequence.ts'
import { limitOf, mostKw, startOf, type Fields } from './limit-draft.ts'
import { limitText } from './power/picture.ts'
import { Plan } from './power/plan.tsx'
import { useAway } from './power/use-picture.ts'
import type { Site } from './types.ts'

const lengthsMin = [15, 30, 60, 120, 240, 480, 1440]

/** Sets the operator's limit, now or for later. What it will do is said before the button; the plan is shown on demand. */
export function NewLimit({ site, open, close }: { site: Site; open: boolean; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const [planFor, setPlanFor] = useState<string | null>(null) // The draft whose plan is shown; another draft hides it.
  const draft = Form.useWatch([], form) as Fields | undefined
  const put = useDeed('PUT /sites/{id}/limits/{source}', [
    'GET /sites/{id}/limits',
    'GET /sites/{id}/power/picture'
  ])
  const isNumber = isPower(draft?.limitKw)
  const send = (fields: Fields) => {
    const { source, ...body } = limitOf(fields, { nowMs: Date.now(), zone: site.timeZone })
    put.mutate(
      { path: { id: site.id, source }, body },
      {
        onSuccess: () => {
          form.resetFields()
          close()
        }
      }
    )
  }
  return (
    <Modal
      open={open}
      title={say('limits.newTitle')}
      okText={say('limits.set')}
      okButtonProps={{ loading: put.isPending, disabled: !isNumber }}
      onOk={() => form.submit()}
      onCancel={close}
      width={planFor === null ? 520 : 860}
    >
      <LimitForm form={form} send={send} site={site} />
      {isNumber && <Replaces siteId={site.id} draft={draft} zone={site.timeZone} />}
      {isNumber && <What siteId={site.id} draft={draft} zone={site.timeZone} />}
      {isNumber && (
        <Plan
          site={site}
          limit={() => limitOf(draft, { nowMs: Date.now(), zone: site.timeZone })}
          draft={JSON.stringify(draft)}
          shownFor={planFor}
          show={setPlanFor}
        />
      )}
      <Refusal problem={put.error} />
    </Modal>
  )
}

/** What is out of its range is refused in words: an input that made 0 of -3 would have paused every car. */
const isPower = (kw: unknown): kw is number => typeof kw === 'number' && kw >= 0 && kw <= mostKw

function LimitForm(props: {
  readonly form: ReturnType<typeof Form.useForm<Fields>>[0]
  readonly send: (fields: Fields) => void
  readonly site: Site
}): ReactNode {
  const { say, language } = useWords()
  const zone = props.site.timeZone
  const note = zoneNote(zone, useNow(60_000))
  const lengths = [
    { value: 0, label: say('limits.untilLifted') },
    ...lengthsMin.map((minutes) => ({ value: minutes, label: formatDuration(minutes * 60_000, language) }))
  ]
  const isToCome = async (_: unknown, text?: string) => {
    const start = startOf(text, zone)
    if (text && (start === null || start <= Date.now())) throw new Error(say('power.startOdd'))
  }
  return (
    <Form form={props.form} layout="vertical" initialValues={{ minutes: 0 }} onFinish={props.send}>
      <Form.Item
        name="limitKw"
        label={say('limits.kw')}
        rules={[
          { required: true },
          { type: 'number', min: 0, max: mostKw, message: say('limits.kwOdd', { most: mostKw }) }
        ]}
      >
        <InputNumber step={1} suffix="kW" style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="reason" label={say('limits.reason')} rules={[{ required: true, max: 200 }]}>
        <Input placeholder={say('limits.reasonHint')} />
      </Form.Item>
      <div className="pair">
        <Form.Item
          name="starts"
          label={note === '' ? say('power.starts') : say('power.startsZone', { zone: note })}
          rules={[{ validator: isToCome }]}
        >
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="minutes" label={say('limits.holds')}>
          <Select options={lengths} />
        </Form.Item>
      </div>
    </Form>
  )
}

/** The limit for now has one name: whoever sets the next one should know what it takes away. */
function Replaces({ siteId, draft, zone }: { siteId: string; draft: Fields; zone: string }): ReactNode {
  const { say, language } = useWords()
  const limits = useApi('GET /sites/{id}/limits', { path: { id: siteId } })
  const before = limits.data?.items.find(({ source }) => source === 'operator')
  if (before === undefined || startOf(draft.starts, zone) !== null) return null
  const { limitW = null, limitA, exportLimitW, until, reason } = before
  const limitMilliA = limitA === undefined ? null : limitA.map((amps) => amps * 1000)
  const limit = limitText({ limitW, limitMilliA, exportLimitW }, say, language)
  const ends =
    until === undefined ? '' : say('limits.until', { time: formatTime(until, 'short', language, zone) })
  return <Note icon="clock">{say('limits.replaces', { limit, reason, until: ends })}</Note>
}

function What({ siteId, draft, zone }: { siteId: string; draft: Fields; zone: string }): ReactNode {
  const { say, language } = useWords()
  const last = useAllocation(siteId)?.allocation
  const allocation = useAway(siteId) ? undefined : last // Of an hour ago nothing can be foretold.
  if (startOf(draft.starts, zone) !== null) return <Note icon="clock">{say('limits.whatLater')}</Note>
  const consequence = consequenceOf(allocation, Math.round((draft.limitKw ?? 0) * 1000))
  const show = (watts: number) => formatPower(watts, language)
  switch (consequence.kind) {
    case 'unknown':
      return <Note icon="clock">{say('limits.whatUnknown')}</Note>
    case 'none':
      return (
        <Note tone="free" icon="check">
          {say('limits.whatNone', { headroom: show(consequence.headroomW) })}
        </Note>
      )
    case 'less':
      return (
        <Note tone="wait" icon="gauge">
          {say('limits.whatLess', {
            cut: show(consequence.cutW),
            left: show(consequence.leftW),
            cars: consequence.cars
          })}
        </Note>
      )
    case 'pause':
      return (
        <Note tone="fault" icon="pause">
          {say('limits.whatPause', { base: show(consequence.baseLoadW), cars: consequence.cars })}
        </Note>
      )
  }
}
