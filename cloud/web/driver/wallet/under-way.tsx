import { QRCodeSVG } from 'qrcode.react'
import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'

type Asked = Answer<'POST /wallet/top-ups'>
type Payment = Answer<'GET /payments'>['items'][number]

const everyMs = 2_000 // The money follows within seconds; nothing of the stream tells of it.
const ended: ReadonlySet<string> = new Set(['declined', 'failed', 'voided', 'released'])

/** The top-up on its way: asks once more where it must, shows what to scan, and says how it ended. */
export function Under({ asked, again }: { asked: Asked; again: () => void }): ReactNode {
  const { say } = useWords()
  const found = useApi('GET /payments', { query: { sessionId: asked.paymentId } }, { everyMs })
  const payment = found.data?.items[0]
  const stand = standOf(asked, payment)
  return (
    <section className="card top-up" aria-live="polite">
      <h2>{say('wallet.topUp')}</h2>
      {stand === 'wanted' ? <Sure asked={asked} /> : <State asked={asked} payment={payment} />}
      {stand !== 'waiting' && (
        <button type="button" className="btn" onClick={again}>
          {say(stand === 'wanted' ? 'wallet.notNow' : 'wallet.more')}
        </button>
      )}
    </section>
  )
}

function standOf(asked: Asked, payment: Payment | undefined): 'wanted' | 'waiting' | 'captured' | 'ended' {
  if ((payment?.confirmation ?? asked.confirmation) === 'wanted') return 'wanted'
  if (payment?.status === 'captured') return 'captured'
  return payment && ended.has(payment.status) ? 'ended' : 'waiting'
}

/** A large amount is said again before anything is taken. */
function Sure({ asked }: { asked: Asked }): ReactNode {
  const { say, language } = useWords()
  const confirm = useDeed('POST /payments/{id}/confirm', ['GET /payments'])
  const amount = formatMoney(asked.amount, language)
  return (
    <>
      <p>{say('wallet.sure', { amount })}</p>
      <button
        type="button"
        className="btn"
        data-kind="main"
        disabled={confirm.isPending}
        onClick={() => confirm.mutate({ path: { id: asked.paymentId }, body: { amount: asked.amount } })}
      >
        {say('wallet.confirm', { amount })}
      </button>
      <Refusal problem={confirm.error} />
    </>
  )
}

function State({ asked, payment }: { asked: Asked; payment: Payment | undefined }): ReactNode {
  const { say, language } = useWords()
  const amount = formatMoney(asked.amount, language)
  if (payment?.status === 'captured')
    return (
      <Note tone="free" icon="check">
        {say('wallet.done', { amount })}
      </Note>
    )
  if (payment && ended.has(payment.status))
    return (
      <Note tone="fault" icon="ban">
        {say('wallet.failed', { why: payment.error ?? payment.status })}
      </Note>
    )
  return (
    <>
      <Note icon="clock">{say('wallet.waiting', { amount })}</Note>
      {payment?.action && <Act action={payment.action} />}
    </>
  )
}

type Action = NonNullable<Payment['action']>

/** What the provider wants of the payer: a code to scan, or a page of its own. */
function Act({ action }: { action: Action }): ReactNode {
  const { say } = useWords()
  if (action.kind === 'qr')
    return (
      <div className="qr">
        <QRCodeSVG value={action.value} size={180} title={say('wallet.scan')} marginSize={2} />
        <p>{say('wallet.scan')}</p>
      </div>
    )
  return (
    <a className="btn" data-kind="main" href={action.value} rel="noreferrer">
      {say('wallet.goThere')}
    </a>
  )
}
