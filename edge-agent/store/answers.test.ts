import { test } from 'tap'
import type { Token } from '@nova/shared-protocol/model'
import { openTemporary } from './fixture.suite.ts'
import type { TokenAnswer } from './index.ts'

const token = (status: Token['status'] = 'accepted'): Token => ({ uid: 'X', type: 'ISO14443', status })
const answer = (saidAtMs: number, of: Token | null = token()): TokenAnswer => ({
  token: of,
  saidAtMs,
  listVersion: 3
})

void test('an answer is found under its uid in any letters, the newest one, also after a restart', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  let { store } = temporary
  await store.commit(() => store.answers.put('Tag-1', answer(1), 10))
  await store.commit(() => store.answers.put('TAG-1', answer(2, null), 10))
  store = await temporary.reopen()
  t.strictSame(store.answers.find('tag-1'), answer(2, null))
  t.equal(store.answers.find('tag-2'), null)
  t.throws(() => store.answers.put('TAG-1', answer(3), 10), /only inside/)
})

void test('what is too much goes: refusals first, then the oldest', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  await store.commit(() => {
    store.answers.put('old', answer(1), 3)
    store.answers.put('no', answer(9, token('blocked')), 3)
    store.answers.put('unknown', answer(8, null), 3)
    store.answers.put('new', answer(10), 3)
  })
  const held = () => ['old', 'no', 'unknown', 'new', 'newer'].filter((uid) => store.answers.find(uid))
  t.strictSame(held(), ['old', 'no', 'new'])
  await store.commit(() => store.answers.put('newer', answer(11), 2))
  t.strictSame(held(), ['new', 'newer'])
})

void test('what is too old is forgotten', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  await store.commit(() => {
    store.answers.put('a', answer(99), 10)
    store.answers.put('b', answer(100), 10)
  })
  t.equal(await store.commit(() => store.answers.forgetBefore(100)), 1)
  t.strictSame([store.answers.find('a'), store.answers.find('b')], [null, answer(100)])
})
