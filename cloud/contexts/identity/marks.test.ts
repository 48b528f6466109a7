import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hash } from 'node:crypto'
import pg from 'pg'
import { test, type Test } from 'tap'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { noteAudit } from './audit.ts'
import { openHeads } from './heads.ts'
import { migrations } from './index.ts'
import { auditFigures, verifyTrails } from './marks.ts'

/** Stands for a signature: only who knows the word makes it. */
const signed = (text: string): string => hash('sha256', `word ${text}`, 'hex')

const openForTest = async (t: Test) => {
  const { database, url, close } = await openTestDatabase([migrations])
  const folder = await mkdtemp(path.join(tmpdir(), 'nova-marks-'))
  const heads = openHeads(path.join(folder, 'heads.jsonl'), {
    sign: signed,
    verify: (text, signature) => signature === signed(text)
  })
  const errors: object[] = []
  t.teardown(async () => Promise.all([close(), rm(folder, { recursive: true })]))
  return {
    errors,
    seal: async () => heads.write(database),
    verify: async () =>
      verifyTrails({ database, heads, log: { error: (fields) => void errors.push(fields) } }),
    figures: async () => database.platform('test', auditFigures),
    act: async (count: number, tenant = 'a') => {
      for (let each = 1; each <= count; each++)
        await database.tenant(tenant, async (tx) =>
          noteAudit(tx, { actor: 'u', act: 'did', subject: `${each}` })
        )
    },
    /** As somebody who has got hold of the server. */
    forge: async (sql: string) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(sql)
      await client.end()
    }
  }
}

void test('a trail is verified as it grows, and its head’s age is told', async (t) => {
  const { act, seal, verify, figures, errors, forge } = await openForTest(t)
  t.strictSame(await figures(), { entries: 0, verified: 0, broken: 0, headAgeSeconds: 0 })
  await act(3)
  await act(2, 'b')
  await forge(
    `update audit_entries set at = at - interval '5 minutes' where tenant_id = 'b' and sequence = 2`
  )
  t.match(await figures(), { entries: 5, verified: 0 })
  await verify()
  t.match(await figures(), { verified: 4, broken: 1 }, 'b’s second entry was changed')
  t.match(errors, [{ tenantId: 'b', entry: 2, because: 'an entry was changed' }])
  await forge(
    `update audit_entries set at = at + interval '5 minutes' where tenant_id = 'b' and sequence = 2`
  )
  await verify()
  t.match(await figures(), { verified: 5, broken: 0 }, 'put right again, it holds again')

  await forge(
    `update audit_entries set at = now() - interval '5 minutes' where tenant_id = 'a' and sequence = 1`
  )
  const { headAgeSeconds } = await figures()
  t.ok(headAgeSeconds >= 300, 'nothing lies outside since the first entry')
  await seal()
  t.equal((await figures()).headAgeSeconds, 0)
  await act(1)
  t.match(await figures(), { entries: 6, verified: 5 })
  await verify()
  t.match(await figures(), { entries: 6, verified: 6, broken: 0 }, 'only the new one was gone through')
})

const forgeries = [
  {
    title: 'an old entry changed is found by the daily round',
    sql: `update audit_entries set subject = 'x' where sequence = 2; update audit_marks set whole_at = now() - interval '25 hours'`,
    because: /changed/
  },
  {
    title: 'a tail cut off behind the mark is found at once',
    sql: 'delete from audit_entries where sequence > 4; update audit_heads set sequence = 4, hash = (select hash from audit_entries where sequence = 4)',
    because: /cut off/
  },
  {
    title: 'a new entry that does not follow is found at once',
    sql: `insert into audit_entries select tenant_id, 7, at, actor, act, subject, detail, before, hash from audit_entries where sequence = 6;
      update audit_heads set sequence = 7`,
    because: /changed/
  }
]

for (const { title, sql, because } of forgeries)
  void test(title, async (t) => {
    const { act, seal, verify, figures, errors, forge } = await openForTest(t)
    await act(6)
    await seal()
    await verify()
    t.match(await figures(), { verified: 6, broken: 0 })
    await forge(sql)
    await verify()
    t.match(errors, [{ tenantId: 'a', because }])
    t.match(await figures(), { broken: 1 })
  })
