import type { Database } from 'better-sqlite3'
import type { Token } from '@nova/shared-protocol/model'
import type { TokenAnswers } from './contract.ts'

type Row = { readonly token: string | null; readonly said_at: number; readonly list_version: number }

/** What the cloud answered about tokens; written in commits only. */
export function openAnswers(db: Database, inCommit: (act: string) => void): TokenAnswers {
  const find = db.prepare<[string], Row>(
    'select token, said_at, list_version from token_answers where uid = ?'
  )
  const put = db.prepare(
    `insert into token_answers values (?, ?, ?, ?, ?) on conflict (uid) do update set token = excluded.token,
     accepted = excluded.accepted, said_at = excluded.said_at, list_version = excluded.list_version`
  )
  const count = db.prepare<[], { rows: number }>('select count(*) as rows from token_answers')
  // A stranger's guesses must not push out the drivers of this site: refusals go before acceptances.
  const thin = db.prepare(
    'delete from token_answers where uid in (select uid from token_answers order by accepted, said_at limit ?)'
  )
  const forget = db.prepare('delete from token_answers where said_at < ?')
  return {
    find(uid) {
      const row = find.get(uid)
      if (!row) return null
      const token = row.token === null ? null : (JSON.parse(row.token) as Token)
      return { token, saidAtMs: row.said_at, listVersion: row.list_version }
    },
    put(uid, { token, saidAtMs, listVersion }, most) {
      inCommit('answers.put')
      const accepted = token?.status === 'accepted' ? 1 : 0
      put.run(uid, token && JSON.stringify(token), accepted, Math.round(saidAtMs), listVersion)
      const over = (count.get()?.rows ?? 0) - most
      if (over > 0) thin.run(over)
    },
    forgetBefore(saidBeforeMs) {
      inCommit('answers.forgetBefore')
      return forget.run(Math.round(saidBeforeMs)).changes
    }
  }
}
