import type { Segment } from '@nova/shared-protocol/tariff'
import { Seller, sellerOf, setSeller } from './contexts/billing/index.ts'
import { addContract } from './contexts/ledger/index.ts'
import { addMethod, offerFirst } from './contexts/payments/index.ts'
import { makeTariff } from './contexts/tariffs/index.ts'
import type { Database } from './db/index.ts'
import { Problem } from './http/index.ts'

const segment = (name: string, start: string, end: string, prices: readonly [string, string]): Segment => ({
  name,
  start,
  end,
  electricityPrice: prices[0],
  servicePrice: prices[1]
})

/** 尖峰平谷 as a public station in Jiangsu might show it; prices per kWh, electricity and service apart. */
const segments: Segment[] = [
  segment('谷 valley', '23:00', '07:00', ['0.3120', '0.4000']),
  segment('平 flat', '07:00', '10:00', ['0.6680', '0.4000']),
  segment('峰 peak', '10:00', '15:00', ['1.0240', '0.4500']),
  segment('平 flat', '15:00', '18:00', ['0.6680', '0.4000']),
  segment('尖 sharp', '18:00', '21:00', ['1.2290', '0.5000']),
  segment('峰 peak', '21:00', '23:00', ['1.0240', '0.4500'])
]

const contractId = '6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d' // Fixed, so that a second start meets the same one.

export type Demo = { readonly tenantId: string; readonly siteId: string; readonly driverId: string }

/** Who sells in the demo; a seller that somebody has set stays. */
export async function seedSeller(database: Database, tenantId: string): Promise<void> {
  await database.tenant(tenantId, async (tx) => {
    if (await sellerOf(tx)) return
    await setSeller(
      tx,
      Seller.parse({
        name: '演示充电运营商 Demo Charging',
        street: '星湖街 1 号',
        city: '苏州',
        postalCode: '215000',
        country: 'CN',
        taxId: '91320000DEMO000000',
        timeZone: 'Asia/Shanghai',
        monthly: ['driver', 'fleet']
      })
    )
  })
}

/** Demo prices, the driver's way to pay and who gets what part. Safe to repeat. */
export async function seedMoney(database: Database, { tenantId, siteId, driverId }: Demo): Promise<void> {
  await makeTariff(database, tenantId, {
    tariffId: 'demo-tou',
    name: '尖峰平谷 time of use',
    priority: 0,
    validFrom: null,
    validUntil: null,
    prices: { currency: 'CNY', segments },
    madeBy: 'seed',
    assignments: [{ siteId, connector: null, fallback: false }]
  }).catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === 'tariff-exists')) throw error
  })
  await database.tenant(tenantId, async (tx) => {
    await addMethod(tx, {
      id: `${driverId.slice(0, 40)}-card`,
      driverId,
      provider: 'bank',
      reference: 'card-demo',
      label: '演示银行卡 · Demo card'
    })
    await offerFirst(tx, ['bank', 'wallet', 'invoice-later', 'stripe', 'wechat', 'wechat-score', 'alipay'])
    await addContract(tx, {
      id: contractId,
      siteId,
      validFrom: '2020-01-01T00:00:00Z',
      shares: [
        { party: 'site-host', purpose: 'revenue', percent: '20' },
        { party: 'operator', purpose: 'revenue', percent: '75' },
        { party: 'platform', purpose: 'fees', percent: '5' }
      ]
    })
  })
}
