import { test } from 'tap'
import type { Claim } from '../drivers/contract.ts'
import { openDoor } from './door.ts'
import { charger } from './fixture.suite.ts'

const hexKey = '4f43415f4f4354545f61646d696e5f74657374696e'.slice(0, 40)

function door() {
  const clock = { ms: 0 }
  const keeper = openDoor({ now: () => clock.ms, key: new Uint8Array(32) })
  keeper.reload([
    charger('OPEN'),
    charger('BASIC', { security: { profile: 1, password: 'a-password-of-20-char' } }),
    charger('HEX', { security: { profile: 1, password: hexKey } }),
    charger('TLS', { security: { profile: 2, password: 'a-password-of-20-char' } }),
    charger('MTLS', { security: { profile: 3 } })
  ])
  const claim = (identity: string, password: string | Uint8Array | null, more: Partial<Claim> = {}) =>
    keeper.claim({
      identity,
      protocol: 'ocpp1.6',
      address: '10.0.0.1',
      secure: false,
      password: typeof password === 'string' ? Buffer.from(password) : password,
      ...more
    }).kind
  return { claim, clock, keeper }
}

const right = 'a-password-of-20-char'
const table: readonly (readonly [string, string, string | Uint8Array | null, Partial<Claim>, string])[] = [
  ['without a password where none is asked', 'OPEN', null, {}, 'welcome'],
  ['with the right password', 'BASIC', right, {}, 'welcome'],
  ['with a wrong one', 'BASIC', 'a-password-of-20-chaR', {}, 'wrong-credentials'],
  ['with none', 'BASIC', null, {}, 'wrong-credentials'],
  ['with an empty one', 'BASIC', '', {}, 'wrong-credentials'],
  ['with the beginning of the right one', 'BASIC', right.slice(0, 16), {}, 'wrong-credentials'],
  ['with the hex text of the right one', 'BASIC', Buffer.from(right).toString('hex'), {}, 'welcome'],
  ['with a hex key as text', 'HEX', hexKey, {}, 'welcome'],
  ['with a hex key as text in capitals', 'HEX', hexKey.toUpperCase(), {}, 'welcome'],
  ['with the bytes a hex key stands for', 'HEX', Buffer.from(hexKey, 'hex'), {}, 'welcome'],
  ['with a right password, but without the TLS that was agreed', 'TLS', right, {}, 'wrong-credentials'],
  ['with TLS and password', 'TLS', right, { secure: true }, 'welcome'],
  ['with TLS, but no certificate', 'MTLS', right, { secure: true }, 'wrong-credentials'],
  ['with its certificate', 'MTLS', null, { secure: true, certified: true }, 'welcome'],
  ['that nobody has configured', 'NOBODY', right, {}, 'unclaimed'],
  ['with a password of a megabyte', 'BASIC', Buffer.alloc(1_000_000, 0x61), {}, 'wrong-credentials']
]
for (const [what, identity, password, more, wanted] of table) {
  void test(`a charger ${what}: ${wanted}`, async (t) => {
    t.equal(door().claim(identity, password, more), wanted)
  })
}

void test('after five wrong tries in a minute the door is slow, then opens again', async (t) => {
  const { claim, clock } = door()
  const tries = Array.from({ length: 7 }, () => claim('BASIC', 'wrong'))
  t.strictSame(tries, [...Array<string>(5).fill('wrong-credentials'), 'slow-down', 'slow-down'])
  t.equal(claim('BASIC', right), 'welcome', 'the right one at once, from there too')
  clock.ms = 60_001
  t.equal(claim('BASIC', 'wrong'), 'wrong-credentials')
})

void test('many guessers from many addresses do not keep the real charger out', async (t) => {
  const { claim } = door()
  const answers = Array.from({ length: 10_000 }, (_, index) =>
    claim('BASIC', `guess-${index}`, { address: `10.1.${index % 200}.1` })
  )
  t.equal(answers.filter((kind) => kind === 'wrong-credentials').length, 5, 'the identity is slow after five')
  t.equal(claim('BASIC', 'wrong', { address: '10.0.0.7' }), 'slow-down')
  t.equal(claim('BASIC', right, { address: '10.0.0.7' }), 'welcome')
})

void test('a changed password counts from the next try', async (t) => {
  const { claim, keeper } = door()
  keeper.reload([charger('BASIC', { security: { profile: 1, password: 'another-password-1' } })])
  t.equal(claim('BASIC', right), 'wrong-credentials')
  t.equal(claim('BASIC', 'another-password-1'), 'welcome')
  t.equal(claim('HEX', hexKey), 'unclaimed')
})
