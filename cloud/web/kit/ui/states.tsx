import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import type { Tone } from '../tones.ts'
import { useWords, wordFor } from '../words/index.ts'
import { Icon, type IconName } from './icon.tsx'

/** The states a page is in when it is not simply full. Each says what is so and what to do next. */
export function Loading({ lines = 4 }: { lines?: number }): ReactNode {
  const { say } = useWords()
  return (
    <div className="bones" role="status" aria-label={say('state.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} style={{ width: `${[92, 78, 85, 60][line % 4]}%` }} />
      ))}
    </div>
  )
}

export function Empty(props: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
}): ReactNode {
  return (
    <div className="state">
      <span className="mark">
        <Icon name={props.icon} size={24} />
      </span>
      <h2>{props.title}</h2>
      {props.children}
    </div>
  )
}

/** A refusal or a failure in words, with the code and the trace id that support can look up. */
export function Trouble({
  problem,
  retry
}: {
  problem: Problem
  retry?: (() => void) | undefined
}): ReactNode {
  const { say } = useWords()
  if (problem.status === 403) return <Forbidden problem={problem} />
  const title =
    problem.status === 0
      ? say('state.unreachable')
      : problem.status === 404
        ? say('state.gone')
        : say('state.error')
  return (
    <div className="state" data-tone="fault" role="alert">
      <span className="mark">
        <Icon name={problem.status === 0 ? 'off' : 'warn'} size={24} />
      </span>
      <h2>{title}</h2>
      <p>{problemText(problem)}</p>
      <Trace problem={problem} />
      {retry && (
        <button type="button" className="btn" data-size="small" onClick={retry}>
          {say('action.retry')}
        </button>
      )}
    </div>
  )
}

function Forbidden({ problem }: { problem: Problem }): ReactNode {
  const { say } = useWords()
  return (
    <div className="state">
      <span className="mark">
        <Icon name="lock" size={24} />
      </span>
      <h2>{say('state.forbidden')}</h2>
      <p>{say('state.forbiddenHow')}</p>
      <Trace problem={problem} />
    </div>
  )
}

function Trace({ problem }: { problem: Problem }): ReactNode {
  const { say } = useWords()
  return (
    <p className="trace">
      <code>{problem.code}</code>
      {problem.traceId !== null && (
        <>
          {' · '}
          {say('state.trace')} <code>{problem.traceId}</code>
        </>
      )}
    </p>
  )
}

/** In words a person can act on: ours by code where we have one, else the cloud's own sentence. */
export function problemText(problem: Problem): string {
  const ours = wordFor('problem', problem.code)
  return ours === problem.code ? problem.detail || wordFor('problem', 'other') : ours
}

export function Note({
  tone,
  icon,
  children
}: {
  tone?: Tone
  icon: IconName
  children: ReactNode
}): ReactNode {
  return (
    <div className="note" data-tone={tone} role={tone === 'fault' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  )
}

/** A refusal beside the form or button that caused it. */
export function Refusal({ problem }: { problem: Problem | null }): ReactNode {
  const { say } = useWords()
  if (!problem) return null
  return (
    <Note tone="fault" icon="warn">
      {problemText(problem)}
      {problem.traceId !== null && (
        <div className="small">
          {say('state.trace')} <code>{problem.traceId}</code>
        </div>
      )}
    </Note>
  )
}

/** Loading, refused or there: the three ways a question to the cloud can stand. */
export function Asked<Data>(props: {
  readonly of: UseQueryResult<Data, Problem>
  readonly lines?: number
  readonly children: (data: Data) => ReactNode
}): ReactNode {
  const { data, error, refetch } = props.of
  if (data !== undefined) return props.children(data)
  if (error) return <Trouble problem={error} retry={() => void refetch()} />
  return <Loading lines={props.lines ?? 4} />
}
