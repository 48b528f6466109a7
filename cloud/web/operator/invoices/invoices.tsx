import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { type Answer, usePages } from '../../kit/api/index.ts'
import { formatEnergy, formatMoney, formatTime, useWords, wordFor } from '../../kit/text.ts'
import { Empty, InvoicePdf, Loading, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { Fleets } from './fleets.tsx'
import { whoOf } from './who.ts'

type Invoice = Answer<'GET /invoices'>['items'][number]

/** Every invoice, newest first; the number is the way in. */
export function Invoices(): ReactNode {
  const { say } = useWords()
  const invoices = usePages('GET /invoices', { query: { limit: 50 } })
  return (
    <>
      <Head title={say('nav.invoices')} />
      <Fleets />
      {invoices.error ? (
        <Trouble problem={invoices.error} retry={invoices.retry} />
      ) : invoices.items === undefined ? (
        <Loading lines={8} />
      ) : invoices.items.length === 0 ? (
        <Empty icon="receipt" title={say('invoices.none')}>
          <p>{say('invoices.noneHow')}</p>
        </Empty>
      ) : (
        <>
          <Rows invoices={invoices.items} />
          {invoices.more && (
            <Button loading={invoices.loadingMore} onClick={invoices.more}>
              {say('action.more')}
            </Button>
          )}
        </>
      )}
    </>
  )
}

function Rows({ invoices }: { invoices: readonly Invoice[] }): ReactNode {
  const { say, language } = useWords()
  return (
    <Sheet
      label={say('nav.invoices')}
      heads={[
        { name: say('invoices.number') },
        { name: say('invoices.issued') },
        { name: say('invoices.who') },
        { name: say('sessions.where') },
        { name: say('word.energy'), num: true },
        { name: say('word.total'), num: true },
        { name: say('invoices.file') }
      ]}
    >
      <tbody>
        {invoices.map((invoice) => (
          <tr key={invoice.id}>
            <td className="nowrap">
              <Link to="/operator/invoices/$invoiceId" params={{ invoiceId: invoice.id }}>
                {invoice.number}
              </Link>
              <div className="quiet small">{wordFor('invoiceKind', invoice.kind)}</div>
            </td>
            <td className="nowrap">{formatTime(invoice.issuedAt, 'short', language, invoice.timeZone)}</td>
            <td>{whoOf(invoice)}</td>
            <td>{invoice.connectorId ?? '–'}</td>
            <td className="num nowrap">
              {invoice.energyWh === null ? '–' : formatEnergy(Number(invoice.energyWh), language)}
            </td>
            <td className="num nowrap">
              <strong>{formatMoney(invoice.total, language)}</strong>
            </td>
            <td>
              <InvoicePdf id={invoice.id} number={invoice.number} />
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}
