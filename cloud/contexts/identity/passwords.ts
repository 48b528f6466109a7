import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const saltBytes = 16
const atOnce = 2 // Each takes 19 MiB and a core for some 30 ms.
const mostWaiting = 100

let running = 0
const waiting: (() => void)[] = []

/** Too many people are signing in at this moment. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy'
}

/** `argon2id$memory$passes$lanes$salt$tag`, base64url: carries its own cost, so that the cost may rise. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const tag = await inTurn(async () => derive('argon2id', { message: password, nonce: salt, ...cost }))
  return [
    'argon2id',
    cost.memory,
    cost.passes,
    cost.parallelism,
    salt.toString('base64url'),
    tag.toString('base64url')
  ].join('$')
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [kind, memory, passes, parallelism, salt = '', tag = ''] = stored.split('$')
  if (kind !== 'argon2id') return false
  const expected = Buffer.from(tag, 'base64url')
  const options = {
    message: password,
    nonce: Buffer.from(salt, 'base64url'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length
  }
  const found = await inTurn(async () => derive('argon2id', options))
  return timingSafeEqual(found, expected)
}

/** A hash nobody has the password of: an unknown address takes as long as a known one. */
export const nobody = await hashPassword(randomBytes(16).toString('hex'))

async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  if (waiting.length >= mostWaiting) throw new TooBusy('too many sign-ins at once')
  if (running >= atOnce)
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}
