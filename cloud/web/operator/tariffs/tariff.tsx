import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useParam } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { Asked, Icon, Pill } from '../../kit/ui/index.ts'
import { Card, Head, Scroll } from '../parts/parts.tsx'
import { useSiteNames, useZones } from '../parts/use-zones.ts'
import { ExportOcpi } from './export-ocpi.tsx'
import { LookBack } from './look-back.tsx'
import { Picture } from './picture/picture.tsx'
import { RuleList } from './rule-list.tsx'
import { validWords } from './valid.ts'

type Whole = Answer<'GET /tariffs/{id}'>

/** One tariff: what it costs when, where it applies, every version it ever had, and what the past would have cost. */
export function TariffPage(): ReactNode {
  const tariff = useApi('GET /tariffs/{id}', { path: { id: useParam('tariffId') } })
  return <Asked of={tariff}>{(found) => <Found tariff={found} />}</Asked>
}

function Found({ tariff }: { tariff: Whole }): ReactNode {
  const { say } = useWords()
  const [number, setNumber] = useState<number | null>(null)
  const zone = useZones()(tariff.assignments[0]?.siteId ?? '')
  const shown = tariff.versions.find(({ version }) => version === number) ?? tariff
  return (
    <>
      <Head title={tariff.name} up={{ to: '/operator/tariffs', name: say('nav.tariffs') }}>
        <ExportOcpi id={tariff.id} version={shown.version} />
        <Link
          to="/operator/tariffs/$tariffId/new"
          params={{ tariffId: tariff.id }}
          className="btn"
          data-kind="main"
        >
          <Icon name="plus" size={15} />
          {say('tariffs.change')}
        </Link>
      </Head>
      <div className="two">
        <div className="stack">
          <Card
            title={say('tariff.prices', { version: shown.version })}
            more={zone !== undefined && <span className="quiet small">{zone}</span>}
          >
            <Picture tariff={shown} zone={zone} />
          </Card>
          {shown.rules && (
            <Card title={say('tariff.rules')}>
              <RuleList rules={shown.rules} />
            </Card>
          )}
          <LookBack tariff={shown} />
        </div>
        <div className="stack">
          <Versions tariff={tariff} shown={shown.version} show={setNumber} zone={zone} />
          <Where tariff={tariff} />
        </div>
      </div>
    </>
  )
}

type VersionsProps = {
  readonly tariff: Whole
  readonly shown: number
  readonly show: (version: number) => void
  readonly zone: string | undefined
}

function Versions({ tariff, shown, show, zone }: VersionsProps): ReactNode {
  const words = useWords()
  const { say, language } = words
  return (
    <Card title={say('tariff.versions')}>
      <Scroll label={say('tariff.versions')}>
        <table className="tbl">
          <tbody>
            {tariff.versions.map((each) => (
              <tr key={each.version}>
                <td>
                  <button
                    type="button"
                    className="btn"
                    data-size="small"
                    aria-pressed={each.version === shown}
                    onClick={() => show(each.version)}
                  >
                    {say('tariffs.version', { version: each.version })}
                  </button>
                </td>
                <td>
                  {validWords(each, zone, words) || say('tariff.always')}
                  <div className="quiet small">
                    {say('tariff.made', { time: formatTime(each.createdAt, 'short', language, zone) })}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="quiet small">{say('tariffs.pinned')}</p>
    </Card>
  )
}

function Where({ tariff }: { tariff: Whole }): ReactNode {
  const { say } = useWords()
  const names = useSiteNames()
  return (
    <Card title={say('tariff.where')}>
      {tariff.assignments.length === 0 ? (
        <p className="quiet">{say('tariff.noSite')}</p>
      ) : (
        <ul className="stack">
          {tariff.assignments.map(({ siteId, connector, fallback }) => (
            <li key={`${siteId} ${connector}`} className="row">
              <Link to="/operator/sites/$siteId" params={{ siteId }}>
                {names(siteId)}
              </Link>
              <span className="quiet">{connector ?? say('tariff.wholeSite')}</span>
              {fallback && (
                <Pill tone="off" icon="lock">
                  {say('tariff.fallback')}
                </Pill>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
