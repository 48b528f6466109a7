import type { Database } from '../../db/index.ts'
import { hashOf } from './access.ts'

const freeTries = 5
const windowMinutes = 15
const longestSeconds = 60
const tryWeight = { pair: 1, address: 0.25 } // Behind one address there may be an office of people.

export type Attempt = { readonly email: string; readonly ip: string }

/**
 * Slows guessing down: after five failures for an account from an address (twenty for an address) each next try
 * has to wait, doubling to a minute. Others can go on signing in to the same account from elsewhere.
 */
export function openSlowing(database: Pick<Database, 'platform'>) {
  return {
    /** @returns seconds to wait, 0 when a try is free */
    async waitSeconds(attempt: Attempt): Promise<number> {
      const rows = await database.platform('look up failed sign-ins', async (tx) =>
        tx.query<{ subject: string; failures: number; ago: number }>(
          `select subject, failures, extract(epoch from now() - last_at)::float8 as ago from login_failures
           where subject = any($1) and last_at > now() - interval '${windowMinutes} minutes'`,
          [subjectsOf(attempt)]
        )
      )
      const waits = rows.map(({ subject, failures, ago }) => pauseAfter(failures * weightOf(subject)) - ago)
      return Math.max(0, Math.ceil(Math.max(0, ...waits)))
    },
    async failed(attempt: Attempt): Promise<void> {
      await database.platform('count a failed sign-in', async (tx) => {
        await tx.query(
          `insert into login_failures (subject, failures) select subject, 1 from unnest($1::text[]) as subject
           on conflict (subject) do update set last_at = now(), failures = case
             when login_failures.last_at < now() - interval '${windowMinutes} minutes' then 1
             else least(login_failures.failures + 1, 10000) end`,
          [subjectsOf(attempt)]
        )
      })
    },
    async succeeded({ email, ip }: Attempt): Promise<void> {
      await database.platform('forget failed sign-ins', async (tx) => {
        await tx.query('delete from login_failures where subject = $1', [`pair:${hashOf(`${email} ${ip}`)}`])
      })
    }
  }
}

export type Slowing = ReturnType<typeof openSlowing>

const subjectsOf = ({ email, ip }: Attempt): string[] =>
  [`address:${hashOf(ip)}`, `pair:${hashOf(`${email} ${ip}`)}`].toSorted((a, b) => a.localeCompare(b))

const weightOf = (subject: string): number =>
  subject.startsWith('pair:') ? tryWeight.pair : tryWeight.address

function pauseAfter(failures: number): number {
  return failures < freeTries ? 0 : Math.min(longestSeconds, 2 ** Math.min(10, failures - freeTries + 1))
}
