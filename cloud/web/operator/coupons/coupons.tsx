import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useNow, usePages } from '../../kit/api/index.ts'
import { formatCount, formatTime, useWords, zoneNote } from '../../kit/text.ts'
import { Empty, Loading, StatePill, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'
import { ChangeCoupon } from './change.tsx'
import { NewCoupon } from './new-coupon.tsx'
import { couponState } from './state.ts'
import { Uses } from './uses.tsx'
import type { Coupon } from './types.ts'

/** Codes that drivers bring at a start: made, limited, ended, and who has brought them. */
export function Coupons(): ReactNode {
  const { say } = useWords()
  const coupons = usePages('GET /coupons', { query: { limit: 100 } })
  return (
    <>
      <Head title={say('coupon.title')} />
      <div className="two">
        <div className="stack">
          {coupons.error ? (
            <Trouble problem={coupons.error} retry={coupons.retry} />
          ) : coupons.items === undefined ? (
            <Loading lines={6} />
          ) : coupons.items.length === 0 ? (
            <Empty icon="price" title={say('coupon.none')}>
              <p>{say('coupon.noneHow')}</p>
            </Empty>
          ) : (
            <Rows coupons={coupons.items} />
          )}
          {coupons.more && (
            <Button loading={coupons.loadingMore} onClick={coupons.more}>
              {say('action.more')}
            </Button>
          )}
        </div>
        <NewCoupon />
      </div>
    </>
  )
}

function Rows({ coupons }: { coupons: readonly Coupon[] }): ReactNode {
  const { say } = useWords()
  const zone = useHomeZone()
  const note = zoneNote(zone, useNow(60_000))
  return (
    <Sheet
      label={say('coupon.title')}
      heads={[
        { name: say('coupon.code') },
        { name: say('coupon.name') },
        { name: say('coupon.state') },
        { name: note === '' ? say('coupon.valid') : `${say('coupon.valid')} (${note})` },
        { name: say('coupon.uses'), num: true },
        { name: say('tokens.do') }
      ]}
    >
      <tbody>
        {coupons.map((coupon) => (
          <Row key={coupon.code} coupon={coupon} zone={zone} />
        ))}
      </tbody>
    </Sheet>
  )
}

function Row({ coupon, zone }: { coupon: Coupon; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const [open, setOpen] = useState(false)
  const now = useNow(30_000)
  const time = (at: string | null) => (at === null ? '' : formatTime(at, 'short', language, zone))
  const isOpen = coupon.validFrom === null && coupon.validUntil === null
  const fill = { uses: formatCount(coupon.uses, language), most: formatCount(coupon.mostUses, language) }
  return (
    <>
      <tr>
        <td>
          <strong className="mono">{coupon.code}</strong>
        </td>
        <td>{coupon.name}</td>
        <td>
          <StatePill family="couponState" state={couponState(coupon, now)} />
        </td>
        <td className="tabular">
          {isOpen ? say('coupon.always') : `${time(coupon.validFrom)} – ${time(coupon.validUntil)}`}
        </td>
        <td className="num">
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {say('coupon.usesOf', fill)}
          </Button>
        </td>
        <td>
          <ChangeCoupon coupon={coupon} />
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={6}>
            <Uses code={coupon.code} zone={zone} />
          </td>
        </tr>
      )}
    </>
  )
}
