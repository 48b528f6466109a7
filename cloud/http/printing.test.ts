import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { test, type Test } from 'tap'
import { printer } from './printing.ts'

/** A worker that does `work`; it sees `workerData`, `parentPort` and how many run beside it. */
function press(t: Test, work: string) {
  const file = path.join(t.testdir(), 'worker.mjs')
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads'\n${work}`)
  return printer<{ readonly at?: SharedArrayBuffer; readonly text?: string }>(pathToFileURL(file), 'pages')
}

void test('two print at once, the others in their turn, and each gets its own page', async (t) => {
  const at = new SharedArrayBuffer(12)
  const seen = new Int32Array(at) // How many print now, the most that ever did, and a cell to wait at.
  const print = press(
    t,
    `const seen = new Int32Array(workerData.at)
     const now = Atomics.add(seen, 0, 1) + 1
     if (now > Atomics.load(seen, 1)) Atomics.store(seen, 1, now)
     Atomics.wait(seen, 2, 0, 20)
     Atomics.sub(seen, 0, 1)
     parentPort.postMessage(new TextEncoder().encode(workerData.text))`
  )
  const texts = Array.from({ length: 7 }, (_, index) => `page ${index}`)
  const pages = await Promise.all(texts.map((text) => print({ at, text })))
  t.strictSame(
    pages.map((bytes) => Buffer.from(bytes).toString('utf8')),
    texts
  )
  t.ok((seen[1] ?? 9) <= 2, `${seen[1]} at once`)
})

void test('when too many wait the next is told to come again', async (t) => {
  const at = new SharedArrayBuffer(4)
  const print = press(
    t,
    `Atomics.wait(new Int32Array(workerData.at), 0, 0)
     parentPort.postMessage(new Uint8Array([1]))`
  )
  const queue = Array.from({ length: 22 }, () => print({ at }))
  await t.rejects(print({ at }), { status: 503, code: 'printer-busy', message: /Too many pages/ })
  Atomics.store(new Int32Array(at), 0, 1)
  Atomics.notify(new Int32Array(at), 0)
  t.equal((await Promise.all(queue)).length, 22, 'those who waited get theirs')
})

void test('a printer that fails or ends without a page says so, and its place is free again', async (t) => {
  const print = press(
    t,
    `if (workerData.text === 'good') parentPort.postMessage(new Uint8Array([1]))
     else if (workerData.text === 'bad') throw new Error('no ink')`
  )
  for (let round = 0; round < 3; round++) {
    await t.rejects(print({ text: 'bad' }), /no ink/)
    await t.rejects(print({ text: 'nothing' }), /ended without a page/)
  }
  t.strictSame([...(await print({ text: 'good' }))], [1])
})
