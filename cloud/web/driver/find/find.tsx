import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatDistance, type Place, useWords } from '../../kit/text.ts'
import { Asked, Empty, Icon, Loading, Note, Pill } from '../../kit/ui/index.ts'
import { sitesInOrder, type ListedSite } from '../parts/sites.ts'

const SiteMap = lazy(async () => ({ default: (await import('../map/site-map.tsx')).SiteMap }))

type Position =
  | { readonly kind: 'unasked' | 'asking' | 'denied' }
  | { readonly kind: 'known'; readonly place: Place }

const positionPatienceMs = 10_000

/** Where can I charge: sites by distance, with live free connectors, as a list or on a map. */
export function Find(): ReactNode {
  const { say } = useWords()
  const [view, setView] = useState<'list' | 'map'>('list')
  const [position, setPosition] = useState<Position>({ kind: 'unasked' })
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const connectors = useApi('GET /connectors', { query: { limit: 500 } })
  const me = position.kind === 'known' ? position.place : null
  return (
    <>
      <div className="spread">
        <h1>{say('driver.find')}</h1>
        <div className="seg" role="group">
          {(['list', 'map'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
              <Icon name={each} size={16} />
              {say(`driver.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <NearMe position={position} locate={() => locate(setPosition)} />
      <Asked of={sites}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="here" title={say('driver.noSites')}>
              <p>{say('driver.noSitesHow')}</p>
            </Empty>
          ) : (
            <Found sites={sitesInOrder(items, connectors.data?.items ?? null, me)} me={me} view={view} />
          )
        }
      </Asked>
    </>
  )
}

function Found(props: { sites: readonly ListedSite[]; me: Place | null; view: 'list' | 'map' }): ReactNode {
  return (
    <>
      {props.view === 'map' && (
        <Suspense fallback={<Loading lines={6} />}>
          <SiteMap sites={props.sites} me={props.me} />
        </Suspense>
      )}
      <ul className="sites">
        {props.sites.map((site) => (
          <li key={site.id}>
            <SiteRow site={site} />
          </li>
        ))}
      </ul>
    </>
  )
}

function SiteRow({ site }: { site: ListedSite }): ReactNode {
  const { say, language } = useWords()
  return (
    <Link to="/driver/sites/$siteId" params={{ siteId: site.id }} className="card site-row">
      <span className="top">
        <h2>{site.name}</h2>
        {site.distanceM !== null && <strong>{formatDistance(site.distanceM, language)}</strong>}
      </span>
      <span className="meta">
        {site.all === 0 && <span className="quiet">{say('driver.noConnectors')}</span>}
        {site.all !== null && site.all > 0 && (
          <Pill tone={site.free > 0 ? 'free' : 'busy'} icon={site.free > 0 ? 'check' : 'bolt'}>
            {say('driver.free', { free: site.free, all: site.all })}
          </Pill>
        )}
      </span>
    </Link>
  )
}

function NearMe({ position, locate: go }: { position: Position; locate: () => void }): ReactNode {
  const { say } = useWords()
  if (position.kind === 'known') return null
  if (position.kind === 'denied') return <Note icon="here">{say('driver.nearDenied')}</Note>
  return (
    <button type="button" className="btn" disabled={position.kind === 'asking'} onClick={go}>
      <Icon name="here" />
      {say(position.kind === 'asking' ? 'driver.nearBusy' : 'driver.near')}
    </button>
  )
}

function locate(tell: (position: Position) => void): void {
  tell({ kind: 'asking' })
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude } }) => tell({ kind: 'known', place: { latitude, longitude } }),
    () => tell({ kind: 'denied' }),
    { timeout: positionPatienceMs, maximumAge: 60_000 }
  )
}
