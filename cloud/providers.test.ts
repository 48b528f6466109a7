import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { ProviderEnvironment, providersFrom } from './providers.ts'

const clock = { now: () => Date.now() }
const names = (environment: Record<string, string>) =>
  providersFrom(ProviderEnvironment.parse(environment), clock).map(({ name }) => name)

void test('no provider outside is there until it is set up', async (t) => {
  t.strictSame(names({}), [])
  t.strictSame(names({ NOVA_STRIPE_KEY: 'sk_test_1' }), ['stripe'])
})

void test('a provider that is set up by half is named with what it lacks', async (t) => {
  t.throws(() => names({ NOVA_WECHAT_MCHID: '1900000001' }), /NOVA_PUBLIC_URL is needed/)
  t.throws(
    () => names({ NOVA_ALIPAY_APP_ID: '2021', NOVA_PUBLIC_URL: 'https://x' }),
    /NOVA_ALIPAY_KEY_FILE is needed/
  )
})

void test('keys are read from files; pay-score is there when its service is', async (t) => {
  const folder = t.testdir({})
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  const [key, publicKey] = [path.join(folder, 'key.pem'), path.join(folder, 'public.pem')]
  writeFileSync(key, pair.privateKey)
  writeFileSync(publicKey, pair.publicKey)
  const wechat = {
    NOVA_PUBLIC_URL: 'https://charge.example.org/',
    NOVA_WECHAT_MCHID: '1900000001',
    NOVA_WECHAT_APPID: 'wx1',
    NOVA_WECHAT_SERIAL: 'AB',
    NOVA_WECHAT_KEY_FILE: key,
    NOVA_WECHAT_API_V3_KEY: 'k'.repeat(32)
  }
  t.strictSame(names(wechat), ['wechat'])
  t.strictSame(names({ ...wechat, NOVA_WECHAT_SERVICE_ID: '5000' }), ['wechat', 'wechat-score'])
  t.throws(() => names({ ...wechat, NOVA_WECHAT_API_V3_KEY: 'short' }), /32 bytes/)
  const alipay = {
    NOVA_PUBLIC_URL: 'https://x',
    NOVA_ALIPAY_APP_ID: '2021',
    NOVA_ALIPAY_KEY_FILE: key,
    NOVA_ALIPAY_PUBLIC_KEY_FILE: publicKey
  }
  t.strictSame(names(alipay), ['alipay'])
})
