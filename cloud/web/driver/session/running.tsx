import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useApi, useDeed, useNow } from '../../kit/api/index.ts'
import {
  energyParts,
  formatDuration,
  formatMoney,
  formatPower,
  lengthMs,
  powerParts,
  reasonText,
  useWords
} from '../../kit/text.ts'
import { Figure, Icon, Note, Refusal, StatePill } from '../../kit/ui/index.ts'
import { connectorName, type Connector } from '../parts/sites.ts'
import { timeThere } from '../parts/time-there.ts'
import { useZones } from '../parts/use-zones.ts'
import { Idle } from './idle.tsx'
import { useFees } from './use-fees.tsx'
import type { Session } from './types.ts'
import { Spark, type Sample } from './spark.tsx'

const askEveryMs = 2_000

/** While it charges: the power, what it has come to, why it is not more, and how to stop it. */
export function Running({ session }: { session: Session }): ReactNode {
  const { say, language } = useWords()
  // The stream tells drivers only who is free; what is one's own is asked for.
  const { data } = useApi(
    'GET /connectors/{id}',
    { path: { id: session.connectorId } },
    { everyMs: askEveryMs }
  )
  const live = data?.sessionId === session.id ? data : undefined
  const power = powerParts(live?.powerW, language)
  const samples = useSamples(live)
  return (
    <>
      <div className="spread">
        <h1>{connectorName(session.connectorId)}</h1>
        <StatePill family="session" state={session.status} />
      </div>
      <section className="card" aria-live="off">
        <div className="big">
          <span className="n">
            {power.value}
            <small>{power.unit}</small>
          </span>
        </div>
        <Spark samples={samples} label={say('driver.powerCurve')} />
        <Figures session={session} live={live} />
      </section>
      {typeof live?.socPercent === 'number' && <Battery percent={live.socPercent} />}
      {live && <Outlook live={live} />}
      {session.status === 'suspended' && <Paused session={session} isHeld={live?.limitW === 0} />}
      <Stop session={session} />
    </>
  )
}

/** The car takes nothing now, or may not: from when on that costs. */
function Paused({ session, isHeld }: { session: Session; isHeld: boolean }): ReactNode {
  const { say } = useWords()
  const fees = useFees(session)
  return (
    <>
      <Idle session={session} />
      {!isHeld && <Note icon="clock">{say('driver.pausedEv')}</Note>}
      {!isHeld && fees && <div className="card in">{fees}</div>}
    </>
  )
}

/** Why it is not more, and until when at most. */
function Outlook({ live }: { live: Connector }): ReactNode {
  const { say, language } = useWords()
  const zone = useZones()(live.siteId)
  return (
    <>
      {live.limitW !== null && live.limitReason !== null && (
        <Note icon="gauge">
          {say('driver.limit', {
            limit: formatPower(live.limitW, language),
            reason: reasonText(live.limitReason, language)
          })}
        </Note>
      )}
      {typeof live.expectedFullAt === 'string' && (
        <Note icon="clock">
          {say('driver.fullAt', { time: timeThere(live.expectedFullAt, 'short', language, zone) })}
        </Note>
      )}
    </>
  )
}

function Figures({ session, live }: { session: Session; live: Connector | undefined }): ReactNode {
  const { say, language } = useWords()
  const now = useNow()
  const cost = costOf(session, live)
  return (
    <dl className="three">
      <Figure name={say('word.energy')} shown={energyParts(live?.energyWh ?? session.energyWh, language)} />
      <Figure
        name={say('word.time')}
        shown={{
          value:
            session.startedAt === null
              ? '–'
              : formatDuration(lengthMs(session.startedAt, null, now), language),
          unit: ''
        }}
      />
      <Figure
        name={say('word.cost')}
        shown={{ value: formatMoney(cost, language), unit: '' }}
        under={<span title={say('state.provisionalWhy')}>{say('state.provisional')}</span>}
      />
    </dl>
  )
}

function costOf(session: Session, live: Connector | undefined): Session['cost'] {
  const minor = live?.costMinor
  if (typeof minor === 'number' && session.cost)
    return { currency: session.cost.currency, amountMinor: minor }
  return session.cost
}

function Battery({ percent }: { percent: number }): ReactNode {
  const { say } = useWords()
  return (
    <div className="card">
      <div className="in stack">
        <div className="spread">
          <span>{say('driver.soc')}</span>
          <strong>{Math.round(percent)} %</strong>
        </div>
        <div className="soc" role="img" aria-label={`${say('driver.soc')} ${Math.round(percent)} %`}>
          <i style={{ width: `${percent}%` }} />
        </div>
      </div>
    </div>
  )
}

function Stop({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const stop = useDeed('POST /sessions/{id}/stop', ['GET /sessions/{id}'])
  return (
    <>
      <Refusal problem={stop.error} />
      {stop.isSuccess && <Note icon="clock">{say('driver.stopAsked')}</Note>}
      <div className="stop-bar">
        <button
          type="button"
          className="btn"
          data-kind="stop"
          data-size="big"
          disabled={stop.isPending || stop.isSuccess}
          onClick={() => stop.mutate({ path: { id: session.id } })}
        >
          <Icon name="stop" size={22} />
          {say(stop.isPending || stop.isSuccess ? 'driver.stopping' : 'driver.stop')}
        </button>
      </div>
    </>
  )
}

const mostSamples = 600 // Ten minutes at one a second; older ones leave at the front.

/** The power as it was heard since the page was opened. */
function useSamples(live: Connector | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const last = useRef('')
  const at = live?.updatedAt
  const watts = live?.powerW ?? null
  useEffect(() => {
    if (typeof at !== 'string' || last.current === at) return
    last.current = at
    setSamples((before) => [...before.slice(1 - mostSamples), { at: Date.parse(at), watts }])
  }, [at, watts])
  return samples
}
