import type { Listener, Tx } from '../../db/index.ts'
import { dayReconciled, DayReconciled } from '../reconciliation/events.ts'

/** Hears which days are clean: no break is open, or each is accepted. */
export const listeners = (): Listener[] => [
  {
    name: 'settlement',
    kinds: [dayReconciled],
    async handle(tx, events) {
      for (const { body } of events) {
        const { date, isClean, openBreaks } = DayReconciled.parse(body)
        await tx.query(
          `insert into settlement_days (tenant_id, date, is_clean, open_breaks) values (nova_tenant(), $1, $2, $3)
           on conflict (tenant_id, date) do update set is_clean = excluded.is_clean, open_breaks = excluded.open_breaks`,
          [date, isClean, openBreaks]
        )
      }
    }
  }
]

export type UncleanDay = { readonly date: string; readonly openBreaks: number | null }

/**
 * Days of a settlement that are not clean; `openBreaks` null: they were never reconciled. Days of reconciliation are
 * UTC's, those of a settlement local, so each UTC date that it touches is asked for: a day in Shanghai needs two.
 */
export const uncleanDays = async (tx: Tx, settlementId: string): Promise<UncleanDay[]> =>
  tx.query<UncleanDay>(
    `select day::date as date, d.open_breaks as "openBreaks"
     from settlements s, generate_series((s.from_at at time zone 'UTC')::date,
       ((s.until_at - interval '1 microsecond') at time zone 'UTC')::date, interval '1 day') as day
     left join settlement_days d on d.tenant_id = nova_tenant() and d.date = day::date
     where s.id = $1 and d.is_clean is not true order by day`,
    [settlementId]
  )
