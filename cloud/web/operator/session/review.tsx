import { App, Button, Form, Input, InputNumber, Modal, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { doubtText } from '../reviews/doubt-text.ts'
import type { Session } from './types.ts'
import { useReviews, type Review } from './use-reviews.ts'

type Fields = { readonly outcome: 'bill' | 'waive'; readonly energyKWh?: number; readonly why?: string }

/** Why nobody has been billed yet, and the two ways out: state the energy, or bill nothing. */
export function ReviewCard({ session }: { session: Session }): ReactNode {
  const { say, language } = useWords()
  const [chosen, setChosen] = useState<Review | null>(null)
  const open = useReviews(session.id).filter(({ resolvedAt }) => resolvedAt === null)
  if (open.length === 0) return null
  return (
    <>
      <Note tone="wait" icon="eye">
        <strong>{say('review.title')}</strong>
        {open.map((review) => (
          <div key={review.id} className="spread">
            <span className="small">
              {wordFor('reviewReason', review.reason)}
              {review.detail !== '' && ` — ${doubtText(review.detail, language)}`}
            </span>
            <Button size="small" type="primary" onClick={() => setChosen(review)}>
              {say('review.resolve')}
            </Button>
          </div>
        ))}
      </Note>
      {chosen && <Resolve review={chosen} close={() => setChosen(null)} />}
    </>
  )
}

function Resolve({ review, close }: { review: Review; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const outcome = Form.useWatch('outcome', form)
  const resolve = useDeed('POST /reviews/{id}/resolve', [
    'GET /reviews',
    'GET /sessions/{id}',
    'GET /sessions',
    'GET /invoices'
  ])
  const send = ({ outcome: decided, energyKWh = 0, why = '' }: Fields) => {
    const verdict = decided === 'bill' ? { energyWh: Math.round(energyKWh * 1000) } : { waive: true as const }
    resolve.mutate({ path: { id: review.id }, body: { ...verdict, note: why } }, { onSuccess: close })
  }
  return (
    <Modal
      open
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
        <Form.Item name="why" label={say('review.why')} rules={[{ required: true, min: 3, max: 500 }]}>
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
