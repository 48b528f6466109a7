import path from 'node:path'
import { clear, openRoll } from './roll.ts'

/** After a start that was killed outright: ends what it left, as the next start would. */
const dataDir = path.resolve(import.meta.dirname, '..', '..', process.env['NOVA_DATA_DIR'] || '.nova')

const opened = openRoll(dataDir)
if ('left' in opened) {
  await clear(opened.left)
  opened.roll.close()
}
