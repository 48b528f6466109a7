import { Form, Input, InputNumber, Modal, Select } from 'antd'
import type { ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatDuration, formatPower, useWords } from '../../kit/text.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'
import { useAllocation } from '../parts/use-power.ts'
import { consequenceOf } from './consequence.ts'
import type { Site } from './types.ts'

type Fields = { readonly limitKw?: number; readonly reason?: string; readonly minutes?: number }

const source = 'operator' // One limit of this name at a site: setting it again replaces it.
const lengthsMin = [15, 30, 60, 120, 240, 480, 1440]

/** Sets the operator's limit. What it will do to the cars that charge now is said before the button. */
export function NewLimit({ site, open, close }: { site: Site; open: boolean; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const limitKw = Form.useWatch('limitKw', form)
  const put = useDeed('PUT /sites/{id}/limits/{source}', ['GET /sites/{id}/limits'])
  const send = (fields: Fields) => {
    put.mutate(
      { path: { id: site.id, source }, body: bodyOf(fields) },
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
      okButtonProps={{ loading: put.isPending, disabled: typeof limitKw !== 'number' }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <LimitForm form={form} send={send} />
      {typeof limitKw === 'number' && <What siteId={site.id} limitW={Math.round(limitKw * 1000)} />}
      <Refusal problem={put.error} />
    </Modal>
  )
}

function LimitForm(props: {
  readonly form: ReturnType<typeof Form.useForm<Fields>>[0]
  readonly send: (fields: Fields) => void
}): ReactNode {
  const { say, language } = useWords()
  const lengths = [
    { value: 0, label: say('limits.untilLifted') },
    ...lengthsMin.map((minutes) => ({ value: minutes, label: formatDuration(minutes * 60_000, language) }))
  ]
  return (
    <Form form={props.form} layout="vertical" initialValues={{ minutes: 0 }} onFinish={props.send}>
      <Form.Item name="limitKw" label={say('limits.kw')} rules={[{ required: true }]}>
        <InputNumber min={0} max={100_000} step={1} suffix="kW" style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="reason" label={say('limits.reason')} rules={[{ required: true, max: 200 }]}>
        <Input placeholder={say('limits.reasonHint')} />
      </Form.Item>
      <Form.Item name="minutes" label={say('limits.holds')}>
        <Select options={lengths} />
      </Form.Item>
    </Form>
  )
}

function bodyOf({ limitKw = 0, reason = '', minutes = 0 }: Fields) {
  const until = minutes === 0 ? {} : { until: new Date(Date.now() + minutes * 60_000).toISOString() }
  return { limitW: Math.round(limitKw * 1000), reason, ...until }
}

function What({ siteId, limitW }: { siteId: string; limitW: number }): ReactNode {
  const { say, language } = useWords()
  const consequence = consequenceOf(useAllocation(siteId)?.allocation, limitW)
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
