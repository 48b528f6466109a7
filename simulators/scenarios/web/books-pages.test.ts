import { existsSync } from 'node:fs'
import path from 'node:path'
import { t as file, test } from 'tap'
import { startStack } from '../stack.ts'
import { booksWithData } from './books-pages.suite.ts'
import { barriers, chromiumHere, openBrowser, overhang, picture } from './chromium.ts'

const here = chromiumHere()
const built = existsSync(
  path.join(import.meta.dirname, '..', '..', '..', 'cloud', 'web', 'dist', 'index.html')
)
const why = 'missing' in here ? here.missing : built ? '' : 'cloud/web/dist is not built (npm run setup)'
const timeout = 240_000 // Two cores, a database, a browser: each step waits for conditions, this only ends a hang.

file.setTimeout(300_000)

// A stack of its own: what it sells nobody, takes beside the books and settles would stand in the way of the other pages.
void test(
  'breaks, disputes, payouts and a fleet’s payment with data in them, decided by a second person',
  { skip: why === '' ? false : why, timeout },
  async (t) => {
    if (!('path' in here)) return
    const stack = await startStack()
    const browser = await openBrowser(here.path)
    try {
      await booksWithData(t, {
        stack,
        browser,
        async sound(own, { page, complaints }, name) {
          await picture(page, name)
          own.strictSame(await barriers(page), [], `${name}: no serious barrier`)
          own.equal(await overhang(page), 0, `${name}: not wider than its window`)
          own.strictSame(complaints, [], `${name}: no complaint, nothing asked of anybody else`)
        }
      })
    } finally {
      await browser.close()
      await stack.stop()
    }
  }
)
