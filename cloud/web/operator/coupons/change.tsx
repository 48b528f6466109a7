import { Button, InputNumber } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed, useNow } from '../../kit/api/index.ts'
import { formatCount, useWords } from '../../kit/text.ts'
import { Sure } from '../parts/sure.tsx'
import type { Coupon } from './types.ts'
import { couponState } from './state.ts'

type Props = { readonly coupon: Coupon; readonly close: () => void }

/** How often it may be brought, and its end; each says first what it means. */
export function ChangeCoupon({ coupon }: { coupon: Coupon }): ReactNode {
  const { say } = useWords()
  const [asked, setAsked] = useState<'end' | 'limit' | null>(null)
  const close = () => setAsked(null)
  if (couponState(coupon, useNow(30_000)) === 'over') return null
  return (
    <span className="row">
      <Button size="small" onClick={() => setAsked('limit')}>
        {say('coupon.limit')}
      </Button>
      <Button size="small" danger onClick={() => setAsked('end')}>
        {say('coupon.end')}
      </Button>
      {asked === 'end' && <End coupon={coupon} close={close} />}
      {asked === 'limit' && <Limit coupon={coupon} close={close} />}
    </span>
  )
}

function End({ coupon: { code }, close }: Props): ReactNode {
  const { say } = useWords()
  const deed = useDeed('PATCH /coupons/{code}', ['GET /coupons'])
  const end = () =>
    deed.mutate({ path: { code }, body: { validUntil: new Date().toISOString() } }, { onSuccess: close })
  return (
    <Sure
      title={say('coupon.endTitle', { code })}
      deed={say('coupon.end')}
      danger
      busy={deed.isPending}
      problem={deed.error}
      go={end}
      close={close}
    >
      <p>{say('coupon.endWhat')}</p>
    </Sure>
  )
}

const mostTimes = 1_000_000

function Limit({ coupon: { code, uses, mostUses }, close }: Props): ReactNode {
  const { say, language } = useWords()
  const [times, setTimes] = useState<number | null>(mostUses)
  const deed = useDeed('PATCH /coupons/{code}', ['GET /coupons'])
  const save = () =>
    times !== null && deed.mutate({ path: { code }, body: { mostUses: times } }, { onSuccess: close })
  return (
    <Sure
      title={say('coupon.limitTitle', { code })}
      deed={say('action.save')}
      busy={deed.isPending}
      ready={times !== null}
      problem={deed.error}
      go={save}
      close={close}
    >
      <label className="field">
        <span>{say('coupon.times')}</span>
        <InputNumber
          min={1}
          max={mostTimes}
          precision={0}
          value={times}
          onChange={setTimes}
          style={{ width: '100%' }}
        />
      </label>
      <p className="quiet small">{say('coupon.limitWhat', { uses: formatCount(uses, language) })}</p>
    </Sure>
  )
}
