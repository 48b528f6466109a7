import { App, Button, Form, Input, InputNumber, Modal, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/use-api.ts'
import { Note, Refusal } from '../../kit/ui/states.tsx'
import { useWords, wordFor } from '../../kit/words/index.ts'
import type { Session } from './session.tsx'

type Fields = { readonly outcome: 'bill' | 'waive'; readonly energyKWh?: number; readonly why?: string }

/** Why nobody has been billed yet, and the two ways out: state the energy, or bill nothing. */
export function ReviewCard({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  if (session.status !== 'review') return null
  return (
    <>
      <Note tone="wait" icon="eye">
        <div className="spread">
          <div>
            <strong>{say('review.title')}</strong>
            {session.review.map(({ reason, detail }) => (
              <div key={`${reason} ${detail}`} className="small">
                {wordFor('reviewReason', reason)}
                {detail !== '' && ` — ${detail}`}
              </div>
            ))}
          </div>
          <Button type="primary" onClick={() => setOpen(true)}>
            {say('review.resolve')}
          </Button>
        </div>
      </Note>
      <Resolve session={session} open={open} close={() => setOpen(false)} />
    </>
  )
}

function Resolve({ session, open, close }: { session: Session; open: boolean; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const outcome = Form.useWatch('outcome', form)
  const resolve = useDeed('POST /sessions/{id}/resolve', ['GET /sessions/{id}', 'GET /sessions', 'GET /sessions/{id}/bill'])
  const send = ({ outcome: chosen, energyKWh = 0, why = '' }: Fields) => {
    const energyWh = Math.round(energyKWh * 1000)
    const body = chosen === 'bill' ? { outcome: chosen, energyWh, why } : { outcome: chosen, why }
    resolve.mutate({ path: { id: session.id }, body }, { onSuccess: close })
  }
  return (
    <Modal
      open={open}
      title={say('review.resolve')}
      okText={say('review.decide')}
      okButtonProps={{ loading: resolve.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form form={form} layout="vertical" initialValues={{ outcome: 'bill' }} onFinish={send}>
        <Form.Item name="outcome" label={say('review.outcome')}>
          <Radio.Group
            options={[
              { value: 'bill', label: say('review.bill') },
              { value: 'waive', label: say('review.waive') }
            ]}
          />
        </Form.Item>
        {outcome !== 'waive' && (
          <Form.Item name="energyKWh" label={say('review.energy')} rules={[{ required: true }]}>
            <InputNumber min={0} max={10_000} step={0.001} suffix="kWh" style={{ width: '100%' }} />
          </Form.Item>
        )}
        <Form.Item name="why" label={say('review.why')} rules={[{ required: true, min: 3 }]}>
          <Input.TextArea rows={2} />
        </Form.Item>
      </Form>
      <Note icon="eye">{say(outcome === 'waive' ? 'review.whatWaive' : 'review.whatBill')}</Note>
      <Refusal problem={resolve.error} />
    </Modal>
  )
}

/** Stopping somebody's charging from afar: said first, asked once. */
export function StopButton({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const { modal } = App.useApp()
  const stop = useDeed('POST /sessions/{id}/stop', ['GET /sessions/{id}'])
  if (session.status !== 'started' && session.status !== 'suspended') return null
  const ask = () => {
    void modal.confirm({
      title: say('session.stopTitle'),
      content: say('session.stopWhy'),
      okText: say('session.stop'),
      okButtonProps: { danger: true },
      onOk: async () => await stop.mutateAsync({ path: { id: session.id } })
    })
  }
  return (
    <>
      <Button danger loading={stop.isPending} onClick={ask}>
        {say('session.stop')}
      </Button>
      <Refusal problem={stop.error} />
    </>
  )
}
