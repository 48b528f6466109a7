import type { Allocation } from '@nova/shared-protocol/model'
import type { ReactNode } from 'react'
import { formatPower } from '../../kit/format.ts'
import { useWords } from '../../kit/words/index.ts'

/** Where the power goes: grid into the site, from there to the building and to the cars. */
export function Flow({ allocation }: { allocation: Allocation | undefined }): ReactNode {
  const { say, language } = useWords()
  const cars = allocation?.connectors.reduce<number | null>(
    (sum, { powerW }) => (powerW === null ? sum : (sum ?? 0) + powerW),
    null
  )
  const building = allocation?.baseLoadW ?? null
  const grid = allocation?.siteW ?? null
  const show = (watts: number | null | undefined) => formatPower(watts, language)
  const spoken = say('flow.spoken', { grid: show(grid), building: show(building), cars: show(cars) })
  return (
    <svg className="flow" viewBox="0 0 400 190" role="img" aria-label={spoken}>
      <path className="wire" data-on={(grid ?? 0) > 0} d="M96 95h84" />
      <path className="wire" data-on={(building ?? 0) > 0} d="M220 95c40 0 30-50 74-50" />
      <path className="wire" data-on={(cars ?? 0) > 0} d="M220 95c40 0 30 50 74 50" />
      <Node x={58} y={95} name={say('flow.grid')} value={show(grid)} icon="M58 75v40M48 115l10-40 10 40M51 100h14" />
      <circle cx={200} cy={95} r={20} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <path d="M202 85l-8 11h6l-2 9 9-12h-6z" fill="none" stroke="var(--accent)" strokeWidth={2} strokeLinejoin="round" />
      <Node x={332} y={45} name={say('flow.building')} value={show(building)} icon="M324 55V33h16v22M321 55h22M329 39h1M335 39h1M329 46h1M335 46h1" />
      <Node x={332} y={145} name={say('flow.cars')} value={show(cars)} icon="M320 151v-6l3-8h18l3 8v6zM320 145h24M325 151v3M339 151v3" />
    </svg>
  )
}

function Node(props: { x: number; y: number; name: string; value: string; icon: string }): ReactNode {
  const { x, y } = props
  return (
    <g>
      <circle cx={x} cy={y} r={38} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <g transform={`translate(0 -10)`}>
        <path d={props.icon} fill="none" stroke="var(--ink-2)" strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" />
      </g>
      <text className="value" x={x} y={y + 24} textAnchor="middle" fontSize={13}>
        {props.value}
      </text>
      <text className="name" x={x} y={y + 54} textAnchor="middle">
        {props.name}
      </text>
    </g>
  )
}
