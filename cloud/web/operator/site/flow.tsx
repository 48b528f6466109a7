import type { ReactNode } from 'react'
import { formatPower, useWords, wordFor } from '../../kit/text.ts'
import { buildingOf, carsOf, type Allocation } from '../charts/live-power.ts'
import { Card } from '../parts/parts.tsx'
import { useAllocation } from '../parts/use-power.ts'
import { usePicture } from './power/use-picture.ts'
import { flowsOf, type Flow, type Participant } from './flows.ts'

/** The picture of where the power goes at this second. */
export function FlowCard({ siteId }: { siteId: string }): ReactNode {
  const { say } = useWords()
  const participants = usePicture(siteId).data?.picture?.participants ?? none
  return (
    <Card title={say('site.flow')}>
      <Picture allocation={useAllocation(siteId)?.allocation} participants={participants} />
    </Card>
  )
}

const none: readonly Participant[] = []

const icons: Readonly<Record<Flow['kind'], string>> = {
  grid: 'M0 -20v36M-10 16L0 -20L10 16M-6.5 2h13',
  building: 'M-8 8V-14h16v22M-11 8h22M-3 -8h1M3 -8h1M-3 -1h1M3 -1h1',
  cars: 'M-12 6v-6l3-8h18l3 8v6zM-12 0h24M-7 6v3M7 6v3',
  pv: 'M-13 7l4-18h18l4 18zM-11 -2h22M0 -11v18M0 7v5M-5 12h10',
  battery: 'M-13 -8h22v15h-22zM9 -3h4v5h-4M-6 -1h7M-2.5 -4.5v7',
  vehicle: 'M-12 6v-6l3-8h18l3 8v6zM-12 0h24M-7 6v3M7 6v3'
}

/** Where each stands around the middle: what gives on the left, what takes on the right. */
const places: Readonly<Record<Flow['kind'], readonly [x: number, y: number]>> = {
  grid: [58, 114],
  building: [342, 58],
  cars: [342, 174],
  pv: [138, 46],
  battery: [138, 184],
  vehicle: [240, 196]
}

/** The middle is the site's busbar; wires move towards whoever takes. */
function Picture(props: {
  readonly allocation: Allocation | undefined
  readonly participants: readonly Participant[]
}): ReactNode {
  const { say, language } = useWords()
  const { allocation } = props
  const show = (watts: number | null) => formatPower(watts === null ? null : Math.abs(watts), language)
  const flows = flowsOf(
    {
      gridW: allocation?.siteW ?? null,
      buildingW: allocation ? buildingOf(allocation).watts : null,
      carsW: allocation ? carsOf(allocation) : null
    },
    props.participants
  )
  const spoken = flows.map(({ kind, watts }) => `${wordFor('flow', kind)} ${show(watts)}`).join(', ')
  return (
    <svg className="flow" viewBox="0 0 400 244" role="img" aria-label={spoken}>
      {flows.map((flow) => (
        <Wire key={flow.kind} flow={flow} />
      ))}
      <circle cx={200} cy={114} r={18} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <path
        d="M202 104l-8 11h6l-2 9 9-12h-6z"
        fill="none"
        stroke="var(--accent)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      {flows.map((flow) => (
        <Place key={flow.kind} flow={flow} name={say(nameOf(flow))} value={show(flow.watts)} />
      ))}
    </svg>
  )
}

const nameOf = ({ kind, watts }: Flow) => {
  const gives = (watts ?? 0) < 0
  if (kind === 'grid') return gives ? 'flow.feedsIn' : 'flow.grid'
  if (kind === 'battery') return gives ? 'flow.discharges' : 'flow.battery'
  return `flow.${kind}` as const
}

/** Drawn from the one who gives to the one who takes, so that the dashes run that way. */
function Wire({ flow: { kind, gives, watts } }: { flow: Flow }): ReactNode {
  const [x, y] = places[kind]
  const out = `M${x} ${y}Q${x} 114 200 114`
  const back = `M200 114Q${x} 114 ${x} ${y}`
  return <path className="wire" data-on={Math.abs(watts ?? 0) >= 50} d={gives ? out : back} />
}

function Place({ flow, name, value }: { flow: Flow; name: string; value: string }): ReactNode {
  const [x, y] = places[flow.kind]
  return (
    <g>
      <circle cx={x} cy={y} r={40} fill="var(--card)" stroke="var(--line-2)" strokeWidth={2} />
      <path
        d={icons[flow.kind]}
        transform={`translate(${x} ${y - 13})`}
        fill="none"
        stroke="var(--ink-2)"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <text className="value" x={x} y={y + 24} textAnchor="middle" fontSize={13}>
        {value}
      </text>
      <text className="name" x={x} y={y + 55} textAnchor="middle">
        {name}
      </text>
    </g>
  )
}
