import type { ReactNode } from 'react'
import { type Bill, useApi, useBill, useNow } from '../../kit/api/index.ts'
import {
  formatDuration,
  formatEnergy,
  formatMoney,
  formatPrice,
  lengthMs,
  lineText,
  useWords,
  wordFor,
  zoneNote
} from '../../kit/text.ts'
import { Icon, InvoicePdf, Loading, Note, Trouble } from '../../kit/ui/index.ts'
import { ruleText } from '../../kit/rule-words.ts'
import { connectorName } from '../parts/sites.ts'
import { timeThere, type Zone } from '../parts/time-there.ts'
import { Corrections } from './corrections.tsx'
import type { Session } from './types.ts'

const askEveryMs = 3_000 // The bill follows the end within a second or two.

/** What it came to, line by line, in a form that can be added up by hand. */
export function Receipt({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const { bill, error } = useBill(session.id, askEveryMs)
  const site = useApi('GET /sites/{id}', { path: { id: session.siteId } })
  const zone: Zone = site.data ? site.data.timeZone : null
  return (
    <>
      <h1>{say('driver.receipt')}</h1>
      <Corrections sessionId={session.id} zone={zone} />
      {bill ? (
        <article className="card receipt">
          <Lines bill={bill} />
          <Facts session={session} zone={zone} place={site.data?.name ?? ''} />
          <div className="in">
            <InvoicePdf id={bill.id} number={bill.number} />
          </div>
        </article>
      ) : error ? (
        <Trouble problem={error} />
      ) : (
        <div className="card">
          <div className="in">
            <p>{say('driver.receiptSoon')}</p>
            <Loading lines={3} />
          </div>
        </div>
      )}
    </>
  )
}

function Lines({ bill }: { bill: Bill }): ReactNode {
  const { say, language } = useWords()
  const { currency } = bill.total
  const sum = bill.lines.reduce((all, { amountMinor }) => all + amountMinor, 0)
  return (
    <>
      <div className="total">
        <span>{say('word.total')}</span>
        <strong>{formatMoney(bill.total, language)}</strong>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('driver.line')}</th>
            <th scope="col">{say('word.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {bill.lines.map((line, index) => (
            <tr key={index}>
              <td>
                {lineText(line.name)} <span className="quiet">{wordFor('part', line.part)}</span>
                <div className="quiet small">
                  {line.quantity} {wordFor('unit', line.unit)} ×{' '}
                  {formatPrice(line.unitPrice, currency, language)}
                </div>
                <div className="quiet small">{ruleText(line.rule, language)}</div>
              </td>
              <td>{formatMoney({ currency, amountMinor: line.amountMinor }, language)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say('word.total')}</th>
            <td>{formatMoney(bill.total, language)}</td>
          </tr>
          <Taxes bill={bill} />
        </tfoot>
      </table>
      {sum === bill.total.amountMinor && (
        <div className="in">
          <Note tone="free" icon="check">
            {say('driver.addsUp', { unit: formatMoney({ currency, amountMinor: 1 }, language) })}
          </Note>
        </div>
      )}
    </>
  )
}

/** What of the total is tax, rate by rate; nothing where none is stated. */
function Taxes({ bill }: { bill: Bill }): ReactNode {
  const { say, language } = useWords()
  return bill.taxes.map(({ name, percent, base, tax, exemption }, index) => (
    <tr key={index} className="quiet small">
      <th scope="row">
        {percent === null
          ? `${name} ${exemption ?? ''}`
          : say('driver.ofItTax', { name, percent, base: formatMoney(base, language) })}
      </th>
      <td>{formatMoney(tax, language)}</td>
    </tr>
  ))
}

function Facts({ session, zone, place }: { session: Session; zone: Zone; place: string }): ReactNode {
  const { say, language } = useWords()
  const { startedAt, endedAt } = session
  const now = useNow(60_000)
  const meter =
    session.meterStartWh !== null && session.meterStopWh !== null
      ? `${formatEnergy(session.meterStartWh, language)} → ${formatEnergy(session.meterStopWh, language)}`
      : null
  const note = zoneNote(zone ?? undefined, now)
  return (
    <dl className="facts">
      <dt>{say('driver.where')}</dt>
      <dd>
        {place} · {connectorName(session.connectorId)}
      </dd>
      <dt>{say('driver.when')}</dt>
      <dd>
        {timeThere(startedAt, 'short', language, zone)} – {timeThere(endedAt, 'minute', language, zone)}{' '}
        {note}
      </dd>
      <dt>{say('word.time')}</dt>
      <dd>{startedAt === null ? '–' : formatDuration(lengthMs(startedAt, endedAt, now), language)}</dd>
      <dt>{say('word.energy')}</dt>
      <dd>{formatEnergy(session.energyWh, language)}</dd>
      {meter !== null && (
        <>
          <dt>{say('driver.meter')}</dt>
          <dd>{meter}</dd>
        </>
      )}
      {session.stopReason !== null && (
        <>
          <dt>{say('driver.ended')}</dt>
          <dd>
            <Icon name="check" size={14} /> {wordFor('stopReason', session.stopReason)}
          </dd>
        </>
      )}
    </dl>
  )
}
