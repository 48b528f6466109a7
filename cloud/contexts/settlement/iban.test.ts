import { test } from 'tap'
import { isBic, isIban } from './iban.ts'
import { pain001, type Payout } from './payout.ts'

// Examples of the SWIFT IBAN registry.
const real = [
  'DE89370400440532013000',
  'NL91ABNA0417164300',
  'GB29NWBK60161331926819',
  'FR1420041010050500013M02606'
]
for (const account of real)
  void test(`${account} is an IBAN, with one digit off it is none`, async (t) => {
    t.ok(isIban(account))
    t.notOk(isIban(account.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))))
  })

void test('account numbers and bank codes of other lands are neither IBAN nor BIC', async (t) => {
  t.notOk(isIban('6222021001112223334'))
  t.ok(isBic('COBADEFFXXX') && isBic('ABNANL2A'))
  t.notOk(isBic('102100099996'))
})

const payee = { party: 'a', name: 'Häuser & Söhne', account: 'NL91ABNA0417164300', bank: 'ABNANL2A' }
const from = { party: 'operator', name: 'Op', account: 'DE89370400440532013000', bank: 'COBADEFFXXX' }
const payout = (more: Partial<Payout>): Payout => ({
  ...payee,
  currency: 'EUR',
  amountMinor: 100,
  reference: 'NX1-1',
  ...more
})
const chinese = { account: '6222021001112223334', bank: '102100099996' }

void test('euros between IBANs go by SEPA; a bank without a BIC is named by its code, no IBAN is no IBAN', async (t) => {
  const file = pain001('11111111-2222-3333-4444-555555555555', '2026-03-10T00:00:00.000Z', from, [
    payout({}),
    payout({ ...chinese, amountMinor: 250 }),
    payout({ ...chinese, currency: 'CNY', amountMinor: 5 })
  ])
  const blocks = file.split('<PmtInf>').slice(1)
  t.equal(blocks.length, 3)
  t.strictSame(
    blocks.map((block) => /<PmtInfId>([^<]+)</.exec(block)?.[1]),
    ['11111111-EUR-SEPA', '11111111-EUR', '11111111-CNY']
  )
  t.strictSame(
    blocks.map((block) => block.includes('<Cd>SEPA</Cd>')),
    [true, false, false]
  )
  t.match(
    file,
    '<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>102100099996</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>'
  )
  t.match(file, '<Othr><Id>6222021001112223334</Id></Othr>')
  t.match(file, '<InstdAmt Ccy="CNY">0.05</InstdAmt>')
  t.match(file, '<NbOfTxs>3</NbOfTxs><CtrlSum>3.55</CtrlSum>', 'the bare sum: 1.00 + 2.50 + 0.05')
})

void test('without IBAN of who pays there is no SEPA', async (t) => {
  const file = pain001('1', '2026-03-10T00:00:00.000Z', { ...from, ...chinese }, [payout({})])
  t.notMatch(file, 'SEPA')
})
