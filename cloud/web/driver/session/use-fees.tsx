import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { FeeList } from '../parts/fee-list.tsx'
import type { Session } from './types.ts'

/** What time costs at this connector, by the prices that hold there now; nothing where time costs nothing. */
export function useFees({ connectorId }: Session): ReactNode {
  const { data } = useApi('GET /connectors/{id}/quote', { path: { id: connectorId } })
  if (!data?.rules) return null
  return <FeeList rules={data.rules} currency={data.prices.currency} whileStanding />
}
