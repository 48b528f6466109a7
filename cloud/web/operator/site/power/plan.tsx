import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useDeed, type Answer } from '../../../kit/api/index.ts'
import { formatCurrent, formatTime, reasonText, useWords } from '../../../kit/text.ts'
import { Icon, Note, Refusal } from '../../../kit/ui/index.ts'
import { Scroll } from '../../parts/parts.tsx'
import type { Draft } from '../limit-draft.ts'
import type { Site } from '../types.ts'
import { energyText, horizonOf, keyOf, limitText, type Forecast } from './picture.ts'
import { comparedOf, isTheSame, type Compared } from './compared.ts'
import { Spark } from './spark.tsx'

type Preview = Answer<'POST /sites/{id}/power/preview'>

/** "What if": asks the edge for the plan under the draft and shows it beside the plan as it stands. */
export function Plan(props: {
  readonly site: Site
  readonly limit: () => Draft
  readonly draft: string
  readonly shownFor: string | null
  readonly show: (draft: string) => void
}): ReactNode {
  const { site, draft, shownFor } = props
  const { say } = useWords()
  const ask = useDeed('POST /sites/{id}/power/preview')
  const isShown = shownFor === draft
  const press = () => {
    props.show(draft)
    const limit = props.limit()
    const reason = limit.reason === '' ? say('power.draft') : limit.reason // The plan may be looked at before the reason is written.
    ask.mutate({ path: { id: site.id }, body: { limits: [{ ...limit, reason }] } })
  }
  return (
    <section className="plan" aria-live="polite">
      <Button icon={<Icon name="eye" size={15} />} loading={ask.isPending} onClick={press}>
        {say(shownFor === null ? 'power.plan' : 'power.planAgain')}
      </Button>
      {isShown && ask.data && <Both site={site} preview={ask.data} />}
      {isShown && <Refusal problem={ask.error} />}
    </section>
  )
}

function Both({ site, preview }: { site: Site; preview: Preview }): ReactNode {
  const { say, language } = useWords()
  const rows = comparedOf(preview.before, preview.after)
  const frame = {
    untilMs: Math.max(horizonOf(preview.before), horizonOf(preview.after)),
    mostMilliA: Math.max(
      1,
      ...rows.flatMap(({ before, after }) => [...pointsOf(before), ...pointsOf(after)])
    ),
    zone: site.timeZone
  }
  const grid = (side: Preview['before']) => side.nodes.find(({ parent }) => parent === null)
  const limitOf = (side: Preview['before']) =>
    limitText(
      { limitW: grid(side)?.total?.limitW ?? null, limitMilliA: grid(side)?.limitMilliA ?? null },
      say,
      language
    )
  return (
    <>
      <h3>{say('power.planTitle')}</h3>
      <p className="quiet small">
        {say('power.planWhy')} {say('power.estimate')}
      </p>
      {rows.length === 0 && <Note icon="check">{say('power.planNobody')}</Note>}
      {rows.length > 0 && rows.every(isTheSame) && <Note icon="check">{say('power.planSame')}</Note>}
      <Scroll label={say('power.planTitle')}>
        <table className="tbl both">
          <thead>
            <tr>
              <th scope="col">{say('power.connector')}</th>
              <th scope="col">{say('power.before')}</th>
              <th scope="col">{say('power.after')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{say('power.siteLimit')}</th>
              <td>{limitOf(preview.before)}</td>
              <td>{limitOf(preview.after)}</td>
            </tr>
            {rows.map((row) => (
              <Pair key={row.key} row={row} {...frame} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

const pointsOf = (forecast: Forecast | undefined): readonly number[] =>
  forecast?.points.map(({ limitMilliA }) => limitMilliA) ?? []

type FrameProps = { readonly untilMs: number; readonly mostMilliA: number; readonly zone: string }

function Pair({ row, ...frame }: FrameProps & { readonly row: Compared }): ReactNode {
  const { say } = useWords()
  const look = { less: ['wait', 'down'], more: ['free', 'plus'], same: ['off', 'check'] } as const
  const [tone, icon] = look[row.change]
  return (
    <tr>
      <th scope="row">
        {row.key}
        <div>
          <span className="pill" data-tone={tone}>
            <Icon name={icon} size={13} />
            {say(`power.${row.change}`)}
          </span>
        </div>
      </th>
      <td>
        <Side forecast={row.before} {...frame} />
      </td>
      <td>
        <Side forecast={row.after} {...frame} />
      </td>
    </tr>
  )
}

function Side({ forecast, ...frame }: FrameProps & { readonly forecast: Forecast | undefined }): ReactNode {
  const { say, language } = useWords()
  const first = forecast?.points[0]
  if (forecast === undefined || first === undefined) return <span className="quiet">–</span>
  const full =
    forecast.fullAt === null
      ? say('power.notFull')
      : formatTime(forecast.fullAt, 'short', language, frame.zone)
  return (
    <div key={keyOf(forecast)}>
      <strong>{say('power.upTo', { amps: formatCurrent(first.limitMilliA, language) })}</strong>
      <div className="small quiet">{reasonText(first.reason, language)}</div>
      <Spark forecast={forecast} {...frame} />
      <div className="small">
        {energyText(forecast, say, language)} · {say('power.fullAt')}: {full}
      </div>
    </div>
  )
}
