import { pino } from 'pino'

export type Log = {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
  error(fields: Readonly<Record<string, unknown>>, text: string): void
}

/** Whatever is logged by mistake under these names is blotted out. */
const secrets = ['password', 'token', 'tokenUid', 'credentials', 'authorization', 'key', 'seed']

const mostReasons = 500 // A noisy network finds new words for ever; the book of what was said is bounded.

/** JSON lines on stdout. `warn` with `once` in its fields is said once for each such value. */
export function openLog(level: string, base: Readonly<Record<string, unknown>>): Log {
  const logger = pino({
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '…' }
  })
  const said = new Set<string>()
  return {
    info: (fields, text) => logger.info(fields, text),
    warn: (fields, text) => {
      const once = fields['once']
      if (typeof once === 'string') {
        if (said.has(once)) return
        if (said.size < mostReasons) said.add(once)
      }
      logger.warn(fields, text)
    },
    error: (fields, text) => logger.error(fields, text)
  }
}
