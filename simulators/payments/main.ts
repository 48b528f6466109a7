import { readFileSync, writeFileSync } from 'node:fs'
import { Faults } from '../bank/faults.ts'
import { openAlipay } from './alipay/server.ts'
import { openStripe } from './stripe/server.ts'
import { openWechat } from './wechat/server.ts'

const help = `Simulated payment providers: node simulators/payments/main.ts stripe|wechat|alipay
  NOVA_PROVIDER_PORT         port, default 8092 (stripe), 8093 (wechat), 8094 (alipay)
  NOVA_PROVIDER_FAULTS       JSON as for the bank, e.g. {"seed":7,"answerLost":0.1,"webhookDoubled":0.5}
  NOVA_PROVIDER_PAYS         later: the payer pays by POST /control/pay {"no"} only (at once)
  stripe   NOVA_STRIPE_KEY, NOVA_STRIPE_WEBHOOK_SECRET, NOVA_STRIPE_WEBHOOK_URL
  wechat   NOVA_WECHAT_MCHID, NOVA_WECHAT_APPID, NOVA_WECHAT_SERVICE_ID, NOVA_WECHAT_API_V3_KEY,
           NOVA_WECHAT_MERCHANT_PUBLIC_KEY_FILE  the merchant's public key, PEM
  alipay   NOVA_ALIPAY_APP_ID, NOVA_ALIPAY_SELLER_ID, NOVA_ALIPAY_APP_PUBLIC_KEY_FILE  the app's public key, PEM
           NOVA_ALIPAY_PUBLIC_KEY_FILE  where Alipay's public key is written for the cloud to read
POST /control/faults with the same JSON changes the faults while it runs.`

const set = (name: string): string | undefined => process.env[name] || undefined
function must(name: string): string {
  const value = set(name)
  if (value === undefined) throw new Error(`${name} is needed`)
  return value
}

const common = (port: number) => ({
  port: Number(set('NOVA_PROVIDER_PORT') ?? port),
  faults: Faults.parse(JSON.parse(set('NOVA_PROVIDER_FAULTS') ?? '{}')),
  paysAtOnce: set('NOVA_PROVIDER_PAYS') !== 'later',
  log: (text: string) => console.log(text)
})

type House = { readonly url: string; close(): Promise<void> }

const houses: Readonly<Record<string, () => Promise<House>>> = {
  async stripe() {
    const url = set('NOVA_STRIPE_WEBHOOK_URL')
    const webhook = url === undefined ? undefined : { url, secret: must('NOVA_STRIPE_WEBHOOK_SECRET') }
    return openStripe({ ...common(8092), key: must('NOVA_STRIPE_KEY'), webhook })
  },
  wechat: async () =>
    openWechat({
      ...common(8093),
      mchid: must('NOVA_WECHAT_MCHID'),
      appid: must('NOVA_WECHAT_APPID'),
      serviceId: set('NOVA_WECHAT_SERVICE_ID') ?? '',
      apiV3Key: must('NOVA_WECHAT_API_V3_KEY'),
      merchantPublicKey: readFileSync(must('NOVA_WECHAT_MERCHANT_PUBLIC_KEY_FILE'), 'utf8')
    }),
  async alipay() {
    const house = await openAlipay({
      ...common(8094),
      appId: must('NOVA_ALIPAY_APP_ID'),
      sellerId: set('NOVA_ALIPAY_SELLER_ID') ?? '',
      appPublicKey: readFileSync(must('NOVA_ALIPAY_APP_PUBLIC_KEY_FILE'), 'utf8')
    })
    writeFileSync(must('NOVA_ALIPAY_PUBLIC_KEY_FILE'), house.publicKey)
    return house
  }
}

async function run(name: string): Promise<void> {
  const open = Object.hasOwn(houses, name) ? houses[name] : undefined
  if (!open) throw new Error(`there is no provider "${name}": ${Object.keys(houses).join(', ')}`)
  const house = await open()
  console.log(`${name} listens on ${house.url}`)
  const stop = (): void => void house.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

if (process.argv.includes('--help')) console.log(help)
else await run(process.argv[2] ?? '')
