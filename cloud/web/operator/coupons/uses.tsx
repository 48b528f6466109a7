import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { Asked } from '../../kit/ui/index.ts'

/** Who has brought a coupon to which session, newest first. */
export function Uses({ code, zone }: { code: string; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const uses = useApi('GET /coupons/{code}/uses', { path: { code } })
  return (
    <Asked of={uses} lines={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="quiet">{say('coupon.noUses')}</p>
        ) : (
          <ul className="entries">
            {items.map(({ driverId, sessionId, usedAt }) => (
              <li key={driverId}>
                <Link to="/operator/sessions/$sessionId" params={{ sessionId }}>
                  {say('reviews.session', { id: sessionId.slice(0, 8) })}
                </Link>
                <span className="quiet" title={driverId}>
                  {say('refunds.driver', { driver: driverId.slice(0, 8) })}
                </span>
                <span className="quiet tabular">{formatTime(usedAt, 'short', language, zone)}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Asked>
  )
}
