import { setImmediate } from 'node:timers/promises'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { test, type Test } from 'tap'
import type { StreamEvent } from './event-stream.ts'
import { retell, type Patch } from './retell.ts'

type Plug = { readonly status: string }
const key = ['plug']

/** A page that shows a plug; answers come when the test lets them. */
function page(t: Test) {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  const waiting: { resolve(plug: Plug): void; reject(cause: Error): void }[] = []
  const patch: Patch = (where, { data }) => {
    where.setQueryData<Plug>(key, (old) => (old ? { status: data } : old))
  }
  const told = retell(cache, patch)
  const observer = new QueryObserver<Plug>(cache, {
    queryKey: key,
    queryFn: async () => {
      const answer = Promise.withResolvers<Plug>()
      waiting.push(answer)
      return await answer.promise
    }
  })
  const leave = observer.subscribe(() => undefined)
  t.teardown(() => {
    leave()
    told.stop()
    cache.clear()
  })
  return {
    ...told,
    asked: () => waiting.length,
    answer: async (status: string) => {
      waiting.at(-1)?.resolve({ status })
      await setImmediate()
    },
    fail: async () => {
      waiting.at(-1)?.reject(new Error('away'))
      await setImmediate()
    },
    again: async () => {
      void cache.invalidateQueries({ queryKey: key })
      await setImmediate()
    },
    shows: () => cache.getQueryData<Plug>(key)?.status
  }
}

const news = (data: string): StreamEvent => ({ event: 'connectors', data, id: null })

void test('news that overtakes the first answer is on the page when the answer is there', async (t) => {
  const driver = page(t)
  driver.heard(news('preparing'))
  t.equal(driver.shows(), undefined, 'there is no page yet to change')
  await driver.answer('available')
  t.equal(driver.shows(), 'preparing')
  t.equal(driver.asked(), 1)
})

void test('news that overtakes a later answer is not written over by it', async (t) => {
  const driver = page(t)
  await driver.answer('available')
  await driver.again()
  driver.heard(news('preparing'))
  driver.heard(news('charging'))
  t.equal(driver.shows(), 'charging')
  await driver.answer('available')
  t.equal(driver.shows(), 'charging')
})

void test('what was asked before the stream was open is asked once more', async (t) => {
  const driver = page(t)
  driver.opened()
  await driver.answer('available') // What happened between this answer and the opening, nobody told.
  t.equal(driver.asked(), 2)
  await driver.answer('preparing')
  t.equal(driver.shows(), 'preparing')
  t.equal(driver.asked(), 2, 'and not for ever')
})

void test('an answer from before the opening is asked for again when the stream opens', async (t) => {
  const driver = page(t)
  await driver.answer('available')
  driver.opened()
  t.equal(driver.asked(), 2)
})

void test('news from before the question is not told again: the answer knows it', async (t) => {
  const driver = page(t)
  await driver.answer('available')
  driver.heard(news('preparing'))
  await driver.again()
  await driver.answer('finishing')
  t.equal(driver.shows(), 'finishing')
})

void test('a question without an answer keeps nothing', async (t) => {
  const driver = page(t)
  driver.heard(news('preparing'))
  await driver.fail()
  await driver.again()
  await driver.answer('available')
  t.equal(driver.shows(), 'available')
})
