import { useNavigate } from '@tanstack/react-router'
import { useDeed } from '../../../kit/api/index.ts'
import { wallInstant } from '../../../kit/text.ts'
import type { Tariff } from '../types.ts'
import { pricesOf, type Draft } from './draft.ts'

export type Props = {
  readonly of: Tariff | null
  readonly siteId: string | undefined
  readonly zone: string
  readonly currency: string
}

/** Sends the draft as a version, then shows the tariff. */
export function useSaving({ of, siteId, zone, currency }: Props) {
  const go = useNavigate()
  const first = useDeed('POST /tariffs', ['GET /tariffs', 'GET /tariffs/{id}'])
  const next = useDeed('POST /tariffs/{id}/versions', ['GET /tariffs', 'GET /tariffs/{id}'])
  const save = (draft: Draft) => {
    const prices = pricesOf(draft, currency, of)
    if (!prices) return
    const id = of?.id ?? draft.tariffId ?? ''
    const onSuccess = () => void go({ to: '/operator/tariffs/$tariffId', params: { tariffId: id } })
    const body = { ...identityOf(draft, of, zone), ...('plan' in prices ? prices.plan : prices) }
    // A new tariff becomes the first site's; others are assigned by the API.
    const assignments = siteId === undefined ? [] : [{ siteId }]
    if (of) next.mutate({ path: { id }, body }, { onSuccess })
    else first.mutate({ body: { id, ...body, assignments } }, { onSuccess })
  }
  return { save, busy: first.isPending || next.isPending, problem: first.error ?? next.error }
}

function identityOf({ name, validFrom }: Draft, of: Tariff | null, zone: string) {
  const from = validFrom ? wallInstant(validFrom, zone) : null
  return { name, priority: of?.priority ?? 0, validFrom: from === null ? null : new Date(from).toISOString() }
}
