import type { Tx } from '../../db/index.ts'
import { minorDigits } from '@nova/shared-protocol/units'
import { problem } from '../../http/index.ts'
import { lockedSettlement, type Books } from './commands.ts'
import { settlementPaid } from './events.ts'
import { isBic, isIban } from './iban.ts'
import { paidOut } from './model.ts'
import { statementsIn } from './store.ts'

export type Payee = {
  readonly party: string
  readonly name: string
  readonly account: string
  readonly bank: string
}

export type Payout = Payee & {
  readonly currency: string
  readonly amountMinor: number
  readonly reference: string
}

/** The party that pays; its account is the debtor's in the payout file. */
export const payer = 'operator'

export const payees = async (tx: Tx): Promise<Payee[]> =>
  tx.query<Payee>('select party, name, account, bank from settlement_payees order by party')

export const setPayee = async (tx: Tx, { party, name, account, bank }: Payee): Promise<unknown> =>
  tx.query(
    `insert into settlement_payees (tenant_id, party, name, account, bank) values (nova_tenant(), $1, $2, $3, $4)
     on conflict (tenant_id, party) do update set name = $2, account = $3, bank = $4, changed_at = now()`,
    [party, name, account, bank]
  )

export const payoutsOf = async (tx: Tx, settlementId: string): Promise<Payout[]> =>
  tx.query<Payout>(
    `select party, name, account, bank, currency, amount_minor as "amountMinor", reference from settlement_payouts
     where settlement_id = $1 order by party, currency`,
    [settlementId]
  )

/**
 * Pays out what stands on the accounts of the settlement's parties, earlier debts taken off; the operator keeps its own.
 * @throws Problem 409 `settlement-not-closed`; 422 `payee-unknown` that names the parties without bank details
 */
export async function payOut(tx: Tx, books: Books, settlementId: string, at: string): Promise<Payout[]> {
  const settlement = await lockedSettlement(tx, settlementId)
  if (settlement.state !== 'closed')
    throw problem(409, 'settlement-not-closed', 'Only a closed settlement is paid, and only once.')
  const due = await dueOf(tx, books, settlementId)
  const known = new Map((await payees(tx)).map((payee) => [payee.party, payee]))
  const missing = [...new Set([payer, ...due.map(({ party }) => party)])].filter((party) => !known.has(party))
  if (due.length > 0 && missing.length > 0)
    throw problem(422, 'payee-unknown', `There are no bank details of ${missing.join(', ')}.`)
  const payouts = due.flatMap((each, index) => {
    const payee = known.get(each.party)
    return payee ? [{ ...payee, ...each, reference: `NX${settlementId.slice(0, 8)}-${index + 1}` }] : []
  })
  await books.post(
    tx,
    payouts.map(({ party, currency, amountMinor, reference }) =>
      paidOut({
        key: `payout:${settlementId}:${party}:${currency}`,
        party,
        currency,
        amountMinor,
        memo: reference
      })
    ),
    at
  )
  for (const { party, currency, amountMinor, reference, name, account, bank } of payouts) {
    await tx.query(
      `insert into settlement_payouts (tenant_id, settlement_id, party, currency, amount_minor, reference, name, account, bank)
       values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8)`,
      [settlementId, party, currency, amountMinor, reference, name, account, bank]
    )
  }
  await tx.query(`update settlements set state = 'paid', paid_at = $2 where id = $1`, [settlementId, at])
  await tx.emit({ kind: settlementPaid, key: settlementId, body: { settlementId, payouts: payouts.length } })
  return payouts
}

type Due = { readonly party: string; readonly currency: string; readonly amountMinor: number }

async function dueOf(tx: Tx, books: Books, settlementId: string): Promise<Due[]> {
  const statements = (await statementsIn(tx, settlementId)).filter(({ party }) => party !== payer)
  const names = new Map(
    statements.map(({ party, currency }) => [`${currency}\n${party}`, { party, currency }])
  )
  const due: Due[] = []
  for (const { party, currency } of names.values()) {
    const amountMinor = await books.balance(tx, currency, { party, purpose: 'payable' })
    if (amountMinor > 0) due.push({ party, currency, amountMinor })
  }
  return due
}

/** Minor units as a decimal: 3456 CNY is 34.56. */
export function decimalOf(currency: string, amountMinor: number): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amountMinor < 0 ? '-' : ''}${whole}`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;'
}
const xml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign)

const totalOf = (payouts: readonly Payout[]): string => {
  const digits = payouts.reduce((most, { currency }) => Math.max(most, minorDigits(currency)), 0)
  const sum = payouts.reduce(
    (all, { currency, amountMinor }) =>
      all + BigInt(amountMinor) * 10n ** BigInt(digits - minorDigits(currency)),
    0n
  )
  const text = String(sum).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

const party = (name: string): string => `<Nm>${xml(name.slice(0, 140))}</Nm>`
const accountOf = ({ account }: Payee): string =>
  isIban(account) ? `<Id><IBAN>${account}</IBAN></Id>` : `<Id><Othr><Id>${xml(account)}</Id></Othr></Id>`
const agent = ({ bank }: Payee): string =>
  isBic(bank)
    ? `<FinInstnId><BICFI>${bank}</BICFI></FinInstnId>`
    : `<FinInstnId><ClrSysMmbId><MmbId>${xml(bank)}</MmbId></ClrSysMmbId></FinInstnId>`

/** SEPA carries euros from one IBAN to another. */
const bySepa = (from: Payee, { account, currency }: Payout): boolean =>
  currency === 'EUR' && isIban(from.account) && isIban(account)

/**
 * ISO 20022 pain.001.001.09, one payment block a currency; euros between IBANs go by SEPA, in a block of their own.
 * `CtrlSum` is the bare sum of all amounts, whatever their currency, as the standard has it.
 */
export function pain001(id: string, at: string, from: Payee, payouts: readonly Payout[]): string {
  const ways = Map.groupBy(payouts, (each) => `${each.currency}${bySepa(from, each) ? '-SEPA' : ''}`)
  const blocks = [...ways].map(([way, group]) =>
    paymentBlock({ id: `${id.slice(0, 8)}-${way}`, at, sepa: way.endsWith('-SEPA'), from }, group)
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>${id.replaceAll('-', '')}</MsgId><CreDtTm>${at}</CreDtTm><NbOfTxs>${payouts.length}</NbOfTxs>\
<CtrlSum>${totalOf(payouts)}</CtrlSum><InitgPty>${party(from.name)}</InitgPty></GrpHdr>
${blocks.join('\n')}
</CstmrCdtTrfInitn></Document>
`
}

type Block = { readonly id: string; readonly at: string; readonly sepa: boolean; readonly from: Payee }

function paymentBlock({ id, at, sepa, from }: Block, payouts: readonly Payout[]): string {
  const type = sepa ? '<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>' : ''
  const transfers = payouts.map(
    (each) => `<CdtTrfTxInf><PmtId><EndToEndId>${each.reference}</EndToEndId></PmtId>\
<Amt><InstdAmt Ccy="${each.currency}">${decimalOf(each.currency, each.amountMinor)}</InstdAmt></Amt>\
<CdtrAgt>${agent(each)}</CdtrAgt><Cdtr>${party(each.name)}</Cdtr><CdtrAcct>${accountOf(each)}</CdtrAcct>\
<RmtInf><Ustrd>${each.reference}</Ustrd></RmtInf></CdtTrfTxInf>`
  )
  return `<PmtInf><PmtInfId>${id}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>${payouts.length}</NbOfTxs>\
<CtrlSum>${totalOf(payouts)}</CtrlSum>${type}<ReqdExctnDt><Dt>${at.slice(0, 10)}</Dt></ReqdExctnDt>\
<Dbtr>${party(from.name)}</Dbtr><DbtrAcct>${accountOf(from)}</DbtrAcct><DbtrAgt>${agent(from)}</DbtrAgt>
${transfers.join('\n')}
</PmtInf>`
}
