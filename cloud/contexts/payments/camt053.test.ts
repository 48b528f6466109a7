import { test } from 'tap'
import { readCamt053 } from './camt053.ts'

const entry = (more: { amount?: string; sign?: string; ref?: string; text?: string; extra?: string }) =>
  `<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">${more.amount ?? '120.50'}</Amt><CdtDbtInd>${more.sign ?? 'CRDT'}</CdtDbtInd>
   ${more.extra ?? ''}<Sts>BOOK</Sts><BookgDt><Dt>2026-03-04</Dt></BookgDt><AcctSvcrRef>${more.ref ?? 'B-77'}</AcctSvcrRef>
   <NtryDtls><TxDtls><RmtInf><Ustrd>${more.text ?? 'M-2026-000001 &amp; thanks'}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
const statement = (...entries: string[]) =>
  `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
   <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`

void test('credits of a statement are read with the bank’s reference and what the payer wrote', async (t) => {
  t.strictSame(readCamt053(statement(entry({}), entry({ sign: 'DBIT', ref: 'B-78' }))), [
    {
      reference: 'DE02120300000000202051/B-77',
      currency: 'EUR',
      amountMinor: 12_050,
      bookedOn: '2026-03-04',
      text: 'M-2026-000001 & thanks'
    }
  ])
  const prefixed = statement(entry({})).replaceAll(/<(\/?)(?=[A-Z])/g, '<$1ns2:')
  t.equal(readCamt053(prefixed).length, 1, 'with a namespace prefix too')
  t.strictSame(readCamt053(statement(entry({ extra: '<RvslInd>true</RvslInd>' }))), [])
})

const wrong = [
  ['another document', '<Document><x/></Document>', /no camt.053/],
  ['a declaration', `<!DOCTYPE x [<!ENTITY a "b">]>${statement()}`, /declares nothing/],
  ['parts of a cent', statement(entry({ amount: '1.005' })), /too many digits/],
  [
    'no reference of the bank',
    statement(entry({}).replaceAll(/<(NtryRef|AcctSvcrRef)>.*?<\/\1>/g, '')),
    /no reference/
  ]
] as const
for (const [title, xml, message] of wrong) {
  void test(`${title}: refused in words`, async (t) => {
    t.throws(() => readCamt053(xml), { name: 'RangeError', message })
  })
}
