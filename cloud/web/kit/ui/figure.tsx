import type { ReactNode } from 'react'
import { powerParts, type Shown } from '../format.ts'
import { useWords } from '../words/index.ts'

/** A number with its unit, its name above and what explains it below. Place inside a `dl`. */
export function Figure(props: {
  readonly name: string
  readonly shown: Shown
  readonly under?: ReactNode
  readonly old?: boolean
}): ReactNode {
  return (
    <div className="figure">
      <dt>{props.name}</dt>
      <dd className={props.old === true ? 'old' : undefined} title={props.shown.value}>
        {props.shown.value}
        {props.shown.unit !== '' && <small>{props.shown.unit}</small>}
      </dd>
      {props.under !== undefined && <dd className="under">{props.under}</dd>}
    </div>
  )
}

export function PowerFigure(props: {
  name: string
  watts: number | null | undefined
  under?: ReactNode
  old?: boolean
}): ReactNode {
  const { language } = useWords()
  const { watts, ...rest } = props
  return <Figure {...rest} shown={powerParts(watts, language)} />
}
