import { t as file, test } from 'tap'
import { startStack } from '../stack.ts'
import { booksWithData } from './books-pages.suite.ts'
import { openBrowser } from './chromium.ts'
import { here, skipReason, soundPage } from './world.suite.ts'

const skip = skipReason()
const timeout = 600_000 // Two cores, a database, a browser: each step waits for conditions, this only ends a hang.

file.setTimeout(1_000_000)

// A stack of its own: what it sells nobody, takes beside the books and settles would stand in the way of the other pages.
void test(
  'breaks, disputes, payouts and a fleet’s payment with data in them, decided by a second person',
  { skip, timeout },
  async (t) => {
    if (!('path' in here)) return
    const stack = await startStack()
    const browser = await openBrowser(here.path)
    try {
      await booksWithData(t, {
        stack,
        browser,
        sound: soundPage
      })
    } finally {
      await browser.close()
      await stack.stop()
    }
  }
)
