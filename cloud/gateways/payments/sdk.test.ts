import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AlipaySdk } from 'alipay-sdk'
import Stripe from 'stripe'
import { test } from 'tap'
import wechatpay from 'wechatpay-axios-plugin'
import { openAlipay } from '../../../simulators/payments/alipay/server.ts'
import { openStripe } from '../../../simulators/payments/stripe/server.ts'
import { openWechat } from '../../../simulators/payments/wechat/server.ts'
import { until } from '../../test-support/until.ts'
import { alipay } from './alipay/index.ts'
import { stripe } from './stripe/index.ts'
import { openKeyring } from './wechat/certificates.ts'
import { opened } from './wechat/signing.ts'

// The providers' own (or their users') libraries, written by others, against our simulators and our adapters: what
// both agree on is not agreed between ourselves alone.

const pem = {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
} as const
const merchant = generateKeyPairSync('rsa', pem)
const now = (): number => Date.now()
const log = (): void => undefined

async function openEar() {
  const heard: { body: Buffer; headers: Record<string, string | string[] | undefined> }[] = []
  const server = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      heard.push({ body: Buffer.concat(parts), headers: request.headers })
      reply.end('success')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { heard, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

void test('Stripe’s own library holds, captures and refunds at our simulator, and believes its webhooks', async (t) => {
  const ear = await openEar()
  const house = await openStripe({
    port: 0,
    key: 'sk_test_1',
    webhook: { url: ear.url, secret: 'whsec_1' },
    log
  })
  t.teardown(async () => {
    await house.close()
    ear.close()
  })
  const { hostname, port } = new URL(house.url)
  const theirs = new Stripe('sk_test_1', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0
  })
  const made = await theirs.paymentIntents.create(
    {
      amount: 5000,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { nova_payment: 'demo.x' }
    },
    { idempotencyKey: 'k1' }
  )
  t.match(made, { status: 'requires_capture', amount_capturable: 5000, metadata: { nova_payment: 'demo.x' } })
  t.match(await theirs.paymentIntents.capture(made.id, { amount_to_capture: 3456 }), {
    status: 'succeeded',
    amount_received: 3456
  })
  await t.rejects(theirs.paymentIntents.capture(made.id), /the hold is captured/)
  t.match(await theirs.refunds.create({ payment_intent: made.id, amount: 456 }), {
    status: 'succeeded',
    amount: 456
  })
  await t.rejects(
    theirs.refunds.create({ payment_intent: made.id, amount: 3456 }),
    /only 3000 can be refunded/
  )
  await t.rejects(
    theirs.paymentIntents.create(
      { amount: 1, currency: 'eur', capture_method: 'manual' },
      { idempotencyKey: 'k1' }
    ),
    /same parameters/
  )
  await t.rejects(
    theirs.paymentIntents.create({
      amount: 5000,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_chargeDeclined'
    }),
    /declined/
  )
  await until('webhooks', () => ear.heard.length >= 3)
  for (const { body, headers } of ear.heard)
    t.ok(theirs.webhooks.constructEvent(body, String(headers['stripe-signature']), 'whsec_1').id)
})

void test('a webhook that Stripe’s own library signs is believed by us, and so is one in a roll-over of secrets', async (t) => {
  const ours = stripe({ url: 'http://127.0.0.1:9', key: 'k', webhookSecret: 'whsec_1', now })
  const payload = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    data: {
      object: {
        object: 'payment_intent',
        amount: 5000,
        currency: 'eur',
        metadata: { nova_payment: 'demo.x' }
      }
    }
  })
  const theirs = new Stripe('sk_test_1')
  const signed = (secret: string) => theirs.webhooks.generateTestHeaderString({ payload, secret })
  const hint = {
    eventId: 'evt_1',
    paymentReference: 'demo.x',
    claims: { currency: 'EUR', amountMinor: 5000 }
  }
  t.strictSame(ours.parseEvent(Buffer.from(payload), { 'stripe-signature': signed('whsec_1') }, now()), hint)
  const rolling = `${signed('whsec_old')},${signed('whsec_1').split(',')[1]}`
  t.strictSame(ours.parseEvent(Buffer.from(payload), { 'stripe-signature': rolling }, now()), hint)
  t.equal(
    ours.parseEvent(Buffer.from(payload), { 'stripe-signature': signed('whsec_old') }, now()),
    undefined
  )
})

void test('Alipay’s own library freezes and pays at our simulator, believes its answers and its notifications', async (t) => {
  const ear = await openEar()
  const ids = { appId: '2021000000000001', sellerId: '2088000000000001' }
  const house = await openAlipay({ port: 0, ...ids, appPublicKey: merchant.publicKey, paysAtOnce: true, log })
  t.teardown(async () => {
    await house.close()
    ear.close()
  })
  const theirs = new AlipaySdk({
    appId: ids.appId,
    privateKey: merchant.privateKey,
    keyType: 'PKCS8',
    alipayPublicKey: house.publicKey,
    gateway: house.url,
    camelcase: false
  })
  const no = randomUUID().replaceAll('-', '')
  const exec = async (method: string, bizContent: object) =>
    theirs.exec(method, { notify_url: ear.url, bizContent }, { validateSign: true })
  const freeze = {
    out_order_no: no,
    out_request_no: no,
    order_title: '充电 & 停车',
    amount: '50.00',
    product_code: 'PREAUTH_PAY'
  }
  t.match(await exec('alipay.fund.auth.order.voucher.create', freeze), { code: '10000', code_type: 'qrCode' })
  const detail = await exec('alipay.fund.auth.operation.detail.query', {
    out_order_no: no,
    out_request_no: no
  })
  t.match(detail, { order_status: 'AUTHORIZED', amount: '50.00' })
  const pay = {
    out_trade_no: `${no}P`,
    auth_no: String(detail['auth_no']),
    auth_confirm_mode: 'COMPLETE',
    subject: 'x',
    total_amount: '34.56'
  }
  t.match(await exec('alipay.trade.pay', pay), { code: '10000', total_amount: '34.56' })
  await until('notifications', () => ear.heard.length >= 2)
  const ours = alipay({
    url: house.url,
    ...ids,
    privateKey: merchant.privateKey,
    alipayPublicKey: house.publicKey,
    notifyUrl: 'http://127.0.0.1:9',
    now
  })
  for (const { body, headers } of ear.heard) {
    const fields = Object.fromEntries(new URLSearchParams(body.toString('utf8')))
    t.equal(theirs.checkNotifySignV2(fields), true)
    t.equal(ours.parseEvent(body, headers, now())?.eventId, fields['notify_id'])
    t.equal(theirs.checkNotifySignV2({ ...fields, notify_id: 'x' }), false)
  }
})

type Chain = {
  get(options: object): Promise<{ readonly data: object }>
  post(body: object): Promise<{ readonly data: object }>
}

void test('a WeChat Pay library by others pays at our simulator, and opens what it seals', async (t) => {
  const ear = await openEar()
  const ids = { mchid: '1900000001', appid: 'wx1', serviceId: '5000' }
  const apiV3Key = 'k'.repeat(32)
  const house = await openWechat({
    port: 0,
    ...ids,
    merchantPublicKey: merchant.publicKey,
    apiV3Key,
    paysAtOnce: true,
    log
  })
  t.teardown(async () => {
    await house.close()
    ear.close()
  })
  const { Wechatpay, Aes, Rsa, Formatter } = wechatpay
  const certs = { [house.seals.serial]: house.seals.certificate }
  const theirs = new Wechatpay({
    ...ids,
    serial: 'AB',
    privateKey: merchant.privateKey,
    certs,
    baseURL: house.url
  })
  const at = (path: string): Chain => (theirs as unknown as { chain(path: string): Chain }).chain(path)
  const no = randomUUID().replaceAll('-', '')
  const order = {
    appid: ids.appid,
    mchid: ids.mchid,
    description: '充电',
    out_trade_no: no,
    notify_url: ear.url,
    attach: 'demo',
    amount: { total: 5000, currency: 'CNY' }
  }
  t.match((await at('v3/pay/transactions/native').post(order)).data, { code_url: /^weixin:/ })
  const found = await at(`v3/pay/transactions/out-trade-no/${no}`).get({ params: { mchid: ids.mchid } })
  t.match(found.data, { trade_state: 'SUCCESS', amount: { total: 5000 } })
  const refund = {
    out_trade_no: no,
    out_refund_no: `${no}-r`,
    notify_url: ear.url,
    amount: { refund: 1544, total: 5000, currency: 'CNY' }
  }
  t.match((await at('v3/refund/domestic/refunds').post(refund)).data, { status: 'SUCCESS' })
  await until('callbacks', () => ear.heard.length >= 2)
  const keyring = openKeyring({
    apiV3Key,
    publicKey: { id: house.seals.serial, pem: house.seals.certificate }
  })
  for (const { body, headers } of ear.heard) {
    const of = (name: string): string => String(headers[`wechatpay-${name}`])
    const text = Formatter.response(of('timestamp'), of('nonce'), body.toString('utf8'))
    t.ok(Rsa.verify(text, of('signature'), Rsa.from(house.seals.certificate, Rsa.KEY_TYPE_PUBLIC)))
    t.equal(keyring.check({ rawBytes: body, headers, nowMs: now() }), 'genuine')
    const { resource } = JSON.parse(body.toString('utf8')) as { resource: Record<string, string> }
    const { nonce = '', ciphertext = '', associated_data: associated = '', algorithm = '' } = resource
    const plain = Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated)
    t.equal(plain, opened(apiV3Key, { algorithm, nonce, ciphertext, associated_data: associated }))
    t.match(JSON.parse(plain), { out_trade_no: no })
  }
  const sealed = Aes.AesGcm.encrypt('{"x":"充电"}', apiV3Key, 'a1b2c3d4e5f6', '')
  const envelope = { algorithm: 'AEAD_AES_256_GCM', nonce: 'a1b2c3d4e5f6', ciphertext: sealed }
  t.equal(opened(apiV3Key, envelope), '{"x":"充电"}', 'associated data may be empty')
  t.equal(opened('x'.repeat(32), envelope), undefined, 'another key opens nothing')
})

void test('a certificate that our simulator makes is one for OpenSSL’s reader, and an expired one is not taken', async (t) => {
  const apiV3Key = 'k'.repeat(32)
  const house = await openWechat({
    port: 0,
    mchid: '1',
    appid: 'a',
    serviceId: 's',
    merchantPublicKey: merchant.publicKey,
    apiV3Key,
    paysAtOnce: true,
    log
  })
  t.teardown(house.close)
  const { serial, certificate, envelope } = house.seals
  const answer = (as: string) =>
    JSON.stringify({ data: [{ serial_no: as, encrypt_certificate: envelope(certificate, 'certificate') }] })
  const learns = (as: string, atMs: number, key = apiV3Key) =>
    openKeyring({ apiV3Key: key }).learn(answer(as), atMs)
  t.equal(learns(serial, now()), true)
  t.equal(learns('00AA', now()), false, 'under another serial')
  t.equal(learns(serial, now() + 2 * 31_536_000_000), false, 'two years later')
  t.equal(learns(serial, now(), 'z'.repeat(32)), false, 'under another key')
})
