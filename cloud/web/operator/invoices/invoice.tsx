import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Answer, useApi, useNow, useParam } from '../../kit/api/index.ts'
import {
  formatDuration,
  formatEnergy,
  formatMoney,
  formatTime,
  lengthMs,
  useWords,
  wordFor,
  zoneNote,
  type Say
} from '../../kit/text.ts'
import { Asked, Figure, InvoicePdf } from '../../kit/ui/index.ts'
import { AddsUp, BillLines } from '../bill/lines.tsx'
import { Taxes } from '../bill/taxes.tsx'
import { Card, Head } from '../parts/parts.tsx'
import { whoOf } from './who.ts'

type Invoice = Answer<'GET /invoices/{id}'>

/** One invoice: what it came to, how each line came about, and the paper. */
export function InvoicePage(): ReactNode {
  const invoice = useApi('GET /invoices/{id}', { path: { id: useParam('invoiceId') } })
  return <Asked of={invoice}>{(found) => <Whole invoice={found} />}</Asked>
}

function Whole({ invoice }: { invoice: Invoice }): ReactNode {
  const { say } = useWords()
  return (
    <>
      <Head
        title={say('invoices.title', { number: invoice.number })}
        up={{ to: '/operator/invoices', name: say('nav.invoices') }}
      >
        <InvoicePdf id={invoice.id} number={invoice.number} />
      </Head>
      <Numbers invoice={invoice} />
      <div className="two">
        <Card title={say('bill.title')} more={<AddsUp bill={invoice} />}>
          <BillLines bill={invoice} />
          <Taxes bill={invoice} />
        </Card>
        <Facts invoice={invoice} />
      </div>
    </>
  )
}

function Numbers({ invoice }: { invoice: Invoice }): ReactNode {
  const { say, language } = useWords()
  const money = (each: Invoice['total']) => ({ value: formatMoney(each, language), unit: '' })
  return (
    <section className="card" aria-label={say('invoices.sums')}>
      <dl className="figures in">
        <Figure name={say('word.total')} shown={money(invoice.total)} />
        <Figure name={say('tariffs.electricity')} shown={money(invoice.electricity)} />
        <Figure name={say('tariffs.service')} shown={money(invoice.service)} />
        {invoice.energyWh !== null && (
          <Figure
            name={say('word.energy')}
            shown={{ value: formatEnergy(Number(invoice.energyWh), language), unit: '' }}
          />
        )}
      </dl>
    </section>
  )
}

function Facts({ invoice }: { invoice: Invoice }): ReactNode {
  const { say } = useWords()
  const now = useNow(60_000)
  const facts = [...aboutOf(invoice, say), ...useTimes(invoice, now), ...linksOf(invoice, say)]
  const note = zoneNote(invoice.timeZone, now)
  return (
    <Card title={say('invoices.facts')} more={note !== '' && <span className="quiet small">{note}</span>}>
      <dl className="def">
        {facts.map(([name, value]) =>
          value === null || value === '' ? null : <Fact key={name} name={name} value={value} />
        )}
      </dl>
    </Card>
  )
}

type Named = readonly (readonly [string, ReactNode])[]

const aboutOf = (invoice: Invoice, say: Say): Named => [
  [say('invoices.kind'), wordFor('invoiceKind', invoice.kind)],
  [say('invoices.who'), whoOf(invoice)],
  [say('invoices.from'), invoice.seller?.name ?? null],
  [say('invoices.reason'), invoice.reason],
  [say('sessions.where'), invoice.siteId && `${invoice.siteId} · ${invoice.connectorId ?? ''}`]
]

function useTimes({ issuedAt, period, startedAt, endedAt, timeZone }: Invoice, now: number): Named {
  const { say, language } = useWords()
  const time = (at: string) => formatTime(at, 'full', language, timeZone)
  return [
    [say('invoices.issued'), time(issuedAt)],
    [say('invoices.period'), period && `${time(period.from)} – ${time(period.until)}`],
    [say('sessions.started'), startedAt && time(startedAt)],
    [say('sessions.endedAt'), endedAt && time(endedAt)],
    [say('word.time'), startedAt && formatDuration(lengthMs(startedAt, endedAt, now), language)]
  ]
}

const linksOf = ({ tariffId, tariffVersion, sessionId, about }: Invoice, say: Say): Named => [
  [say('nav.tariffs'), tariffId && <TariffLink id={tariffId} version={tariffVersion} />],
  [say('invoices.session'), sessionId && <SessionLink id={sessionId} />],
  [say('invoices.about'), about && <InvoiceLink id={about} />]
]

function TariffLink({ id, version }: { id: string; version: number | null }): ReactNode {
  const { say } = useWords()
  return (
    <Link to="/operator/tariffs/$tariffId" params={{ tariffId: id }}>
      {id}
      {version !== null && ` · ${say('tariffs.version', { version })}`}
    </Link>
  )
}

const SessionLink = ({ id }: { id: string }): ReactNode => (
  <Link to="/operator/sessions/$sessionId" params={{ sessionId: id }}>
    {id.slice(0, 8)}
  </Link>
)

const InvoiceLink = ({ id }: { id: string }): ReactNode => (
  <Link to="/operator/invoices/$invoiceId" params={{ invoiceId: id }}>
    {id.slice(0, 8)}
  </Link>
)

const Fact = ({ name, value }: { name: string; value: ReactNode }): ReactNode => (
  <>
    <dt>{name}</dt>
    <dd className="tabular">{value}</dd>
  </>
)
