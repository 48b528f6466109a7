import { writeSync } from 'node:fs'
import { options } from './fixture.suite.ts'
import { openStore } from './index.ts'

/**
 * A process to be killed: writes facts and history without end and says on its output which keys were
 * acknowledged, only after they were. Started by faults.test.ts: `writer.suite.ts <file> <round>`.
 */
const [file, round] = process.argv.slice(2)
if (file !== undefined && round !== undefined) {
  const store = openStore(options(file))
  const write = async (hand: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const key = `${round}/${hand}/${count}`
      await store.commit(() => {
        store.outbox.append('facts', key, JSON.stringify({ key, filling: 'x'.repeat((count * 37) % 900) }))
        store.outbox.append('history', key, '{}')
        store.meta.put(`hand-${hand}`, key)
      })
      writeSync(1, `${key}\n`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, hand) => write(hand)))
}
