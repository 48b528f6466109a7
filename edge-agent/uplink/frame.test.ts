import { createHash } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'tap'
import {
  chainStart,
  chainText,
  Frame,
  maxFrameBytes,
  maxFrameTextBytes,
  type EdgeEvent
} from '@nova/shared-protocol/messages'
import { backOff } from './back-off.ts'
import { pack, type Backlog } from './frame.ts'

const stamp = { site: 'site-a', epoch: 3, sentAt: '2026-01-01T00:00:00.000Z' }

function backlogOf(bodies: readonly string[]): Backlog {
  const hashes = [chainStart]
  const events = bodies.map((body, index): EdgeEvent => [index + 1, `key:${index + 1}`, body])
  for (const event of events) {
    hashes.push(
      createHash('sha256')
        .update(chainText(hashes.at(-1) ?? '', event))
        .digest('hex')
    )
  }
  return {
    read: (_lane, after, limit) => events.slice(after, after + limit),
    hashAt: (_lane, sequence) => hashes[sequence] ?? null
  }
}

async function unpacked(
  backlog: Backlog,
  after: number,
  most = 500
): Promise<{ frame: Frame; bytes: number }> {
  const packed = pack(backlog, 'facts', { after, most }, stamp)
  if (!packed) throw new Error('nothing packed')
  const bytes = await packed.bytes()
  return { frame: Frame.parse(JSON.parse(zstdDecompressSync(bytes).toString())), bytes: bytes.length }
}

void test('a frame carries the bodies as they were stored, with the chain before and after', async (t) => {
  const bodies = ['{"a":1}', '{ "b" : "ü\\n \\"quoted\\"" }', '{"c":"\u{1F50C}"}']
  const backlog = backlogOf(bodies)
  const { frame } = await unpacked(backlog, 1)
  t.match(frame, { ...stamp, v: 1, lane: 'facts', first: 2, last: 3 })
  t.strictSame(
    frame.events.map(([, , body]) => body),
    bodies.slice(1)
  )
  t.strictSame([frame.before, frame.hash], [backlog.hashAt('facts', 1), backlog.hashAt('facts', 3)])
})

void test('nothing to send, or a hole in the chain, makes no frame', async (t) => {
  const backlog = backlogOf(['{}'])
  t.equal(pack(backlog, 'facts', { after: 1, most: 500 }, stamp), null)
  t.equal(pack({ ...backlog, hashAt: () => null }, 'facts', { after: 0, most: 500 }, stamp), null)
})

void test('frames stay below what NATS takes, even of text that does not compress', async (t) => {
  const noise = (length: number) =>
    JSON.stringify({ raw: Array.from({ length }, () => Math.random().toString(36).slice(2, 12)).join('') })
  const backlog = backlogOf(Array.from({ length: 60 }, () => noise(6_000)))
  let after = 0
  while (after < 60) {
    const { frame, bytes } = await unpacked(backlog, after)
    t.ok(bytes <= maxFrameBytes && JSON.stringify(frame).length <= maxFrameTextBytes)
    t.equal(frame.first, after + 1)
    after = frame.last
  }
})

void test('any backlog is packed whole, without gap or overlap', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.json(), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      async (bodies, most) => {
        const backlog = backlogOf(bodies.map((body) => body.padEnd(2)))
        const got: string[] = []
        for (let after = 0; after < bodies.length;) {
          const { frame } = await unpacked(backlog, after, most)
          got.push(...frame.events.map(([, , body]) => body))
          after = frame.last
        }
        return JSON.stringify(got) === JSON.stringify(bodies.map((body) => body.padEnd(2)))
      }
    ),
    { numRuns: 40 }
  )
  t.pass()
})

void test('pauses double up to half a minute, each spread over half of its length', async (t) => {
  for (const [chance, expected] of [
    [0, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]],
    [0.999999, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]]
  ] as const) {
    const tries = backOff(() => chance)
    t.strictSame(
      expected.map(() => tries.next()),
      [...expected]
    )
    tries.reset()
    t.equal(tries.next(), expected[0])
  }
})
