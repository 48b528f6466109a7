import { test, type Test } from 'tap'
import { z } from 'zod'
import { openRoutes } from './http.suite.ts'
import type { Routes } from './index.ts'

const Line = z.object({ label: z.string(), code: z.string().regex(/^[0-9]+$/) })
const body = z.object({
  memo: z.string().optional(),
  lines: z.array(Line).optional(),
  words: z.array(z.string()).optional(),
  pick: z.union([z.object({ note: z.string() }), z.object({ at: z.iso.datetime() })]).optional(),
  notes: z.record(z.string(), z.string()).optional(),
  key: z.string().regex(/^[0-9-]+$/).optional(),
  uid: z.string().optional(),
  eventId: z.string().optional(),
  registration: z.string().optional(),
  amountMinor: z.number().optional(),
  registerWh: z.string().regex(/^\d+$/).optional()
}) // prettier-ignore
const kept: unknown[] = []
const routes: Routes = (app) => {
  app.post('/things', { config: { roles: 'anyone' }, schema: { body } }, async (request) => {
    kept.push(request.body)
    return {}
  })
}

async function openForTest(t: Test) {
  const http = await openRoutes(t, routes)
  return async (payload: object) => http.app.inject({ method: 'POST', url: '/api/v1/things', payload })
}

const card = '4242 4242 4242 4242' // A number that card networks publish for tests.
const digits = card.replaceAll(' ', '')
const refused: readonly (readonly [path: string, payload: object])[] = [
  ['memo', { memo: `paid with ${card}` }],
  ['label', { lines: [{ label: 'x', code: '1' }, { label: digits, code: '1' }] }],
  ['words', { words: ['x', card] }],
  ['note', { pick: { note: card } }],
  ['notes{}', { notes: { any: card } }]
] // prettier-ignore
for (const [name, payload] of refused)
  void test(`a card number in the free text \`${name}\` goes no further and is not repeated`, async (t) => {
    const post = await openForTest(t)
    kept.length = 0
    const answer = await post(payload)
    t.equal(answer.statusCode, 400)
    t.match(answer.json(), { code: 'request-invalid', errors: [{ path: `body/${name}` }] })
    t.notMatch(answer.body, /4242/)
    t.strictSame(kept, [])
  })

const taken: readonly (readonly [why: string, payload: object])[] = [
  ['a number of ours has a form', { key: digits, registerWh: digits, lines: [{ label: 'x', code: digits }] }],
  ['an RFID card is no bank card', { uid: digits }],
  ['an id of somebody else', { eventId: digits }],
  ['a company in its register', { registration: digits }],
  ['a number that is one', { amountMinor: Number(digits) }],
  ['an instant', { pick: { at: '2026-11-21T14:47:00.123Z' }, memo: 'booked 2026-11-21 14:47:00' }],
  ['one digit off', { memo: digits.replace(/2$/, '1') }],
  ['an id of ours in a text', { memo: 'of session 11111111-1111-4111-8111-111111111111' }]
]
for (const [why, payload] of taken)
  void test(`what is no free text is taken whatever its digits: ${why}`, async (t) => {
    const post = await openForTest(t)
    t.equal((await post(payload)).statusCode, 200)
  })
