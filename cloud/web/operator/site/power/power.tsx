import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../../kit/api/index.ts'
import { formatTime, useWords, zoneNote } from '../../../kit/text.ts'
import { Asked, Empty, Note } from '../../../kit/ui/index.ts'
import { Head } from '../../parts/parts.tsx'
import { FlowCard } from '../flow.tsx'
import type { Site } from '../types.ts'
import type { Shown } from './picture.ts'
import { TimelineCard } from './timeline.tsx'
import { TreeCard } from './tree.tsx'
import { useAway, usePicture } from './use-picture.ts'
import { WhoCard } from './who.tsx'

/** Where the power goes, who limits it, who gets what until when; and what another limit would do. */
export function PowerPage(): ReactNode {
  const siteId = useParam('siteId')
  const site = useApi('GET /sites/{id}', { path: { id: siteId } })
  const picture = usePicture(siteId)
  return (
    <Asked of={site}>
      {(found) => <Asked of={picture}>{(shown) => <Whole site={found} shown={shown} />}</Asked>}
    </Asked>
  )
}

function Whole({ site, shown: told }: { site: Site; shown: Shown }): ReactNode {
  const { say } = useWords()
  const shown = useAway(site.id) ? { ...told, stale: true } : told // The stream tells sooner than the next question.
  const note = zoneNote(site.timeZone, useNow(60_000))
  const { picture, stale } = shown
  return (
    <>
      <Head
        title={`${say('power.page')} · ${site.name}`}
        up={{ to: `/operator/sites/${site.id}`, name: site.name }}
      >
        {note !== '' && <span className="quiet small">{say('site.zone', { zone: note })}</span>}
        <AsOf shown={shown} zone={site.timeZone} />
      </Head>
      {picture === null ? (
        <Empty icon="gauge" title={say('power.noPicture')}>
          <p>{say('power.noPictureHow')}</p>
        </Empty>
      ) : (
        <>
          <div className="two">
            <TimelineCard site={site} picture={picture} />
            <FlowCard siteId={site.id} />
          </div>
          <WhoCard site={site} picture={picture} old={stale} />
          <TreeCard picture={picture} old={stale} />
        </>
      )}
    </>
  )
}

function AsOf({ shown: { heardAt, stale }, zone }: { shown: Shown; zone: string }): ReactNode {
  const { say, language } = useWords()
  if (heardAt === null) return null
  const time = formatTime(heardAt, stale ? 'full' : 'second', language, zone)
  if (!stale) return <span className="quiet small">{say('power.asOf', { time })}</span>
  return (
    <Note tone="wait" icon="off">
      {say('power.stale', { time })}
    </Note>
  )
}
