import { buildingOf, carsOf, type Allocation } from '../charts/live-power.ts'
import { Card } from '../parts/parts.tsx'
import { useAllocation } from '../parts/use-power.ts'
import type { ReactNode } from 'react'
import { formatPower, useWords } from '../../kit/text.ts'

/** The picture of where the power goes at this second. */
export function FlowCard({ siteId }: { siteId: string }): ReactNode {
  const { say } = useWords()
  return (
    <Card title={say('site.flow')}>
      <Flow allocation={useAllocation(siteId)?.allocation} />
    </Card>
  )
}

/** Where the power goes: grid into the site, from there to the building and to the cars. */
function Flow({ allocation }: { allocation: Allocation | undefined }): ReactNode {
  const { say, language } = useWords()
  const cars = allocation ? carsOf(allocation) : null
  const building = allocation ? buildingOf(allocation).watts : null
  const grid = allocation?.siteW ?? null
  const show = (watts: number | null | undefined) => formatPower(watts, language)
  const spoken = say('flow.spoken', { grid: show(grid), building: show(building), cars: show(cars) })
  return (
    <svg className="flow" viewBox="0 0 400 228" role="img" aria-label={spoken}>
      <path className="wire" data-on={(grid ?? 0) > 0} d="M102 114h78" />
      <path className="wire" data-on={(building ?? 0) > 0} d="M220 114c40 0 30-62 68-62" />
      <path className="wire" data-on={(cars ?? 0) > 0} d="M220 114c40 0 30 50 68 50" />
      <Node
        x={58}
        y={114}
        name={say('flow.grid')}
        value={show(grid)}
        icon="M58 94v36M48 130l10-36 10 36M51.500 116h13"
      />
      <circle cx={200} cy={114} r={20} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <path
        d="M202 104l-8 11h6l-2 9 9-12h-6z"
        fill="none"
        stroke="var(--accent)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      <Node
        x={332}
        y={52}
        name={say('flow.building')}
        value={show(building)}
        icon="M324 62V40h16v22M321 62h22M329 46h1M335 46h1M329 53h1M335 53h1"
      />
      <Node
        x={332}
        y={164}
        name={say('flow.cars')}
        value={show(cars)}
        icon="M320 170v-6l3-8h18l3 8v6zM320 164h24M325 170v3M339 170v3"
      />
    </svg>
  )
}

function Node(props: { x: number; y: number; name: string; value: string; icon: string }): ReactNode {
  const { x, y } = props
  return (
    <g>
      <circle cx={x} cy={y} r={43} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <g transform={'translate(0 -15)'}>
        <path
          d={props.icon}
          fill="none"
          stroke="var(--ink-2)"
          strokeWidth={1.8}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </g>
      <text className="value" x={x} y={y + 27} textAnchor="middle" fontSize={13}>
        {props.value}
      </text>
      <text className="name" x={x} y={y + 60} textAnchor="middle">
        {props.name}
      </text>
    </g>
  )
}
