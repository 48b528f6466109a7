import { Fragment, type ReactNode } from 'react'
import type { Answer } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { Icon, StatePill } from '../../kit/ui/index.ts'
import { useZones } from '../parts/use-zones.ts'
import { errorText } from './error-text.ts'

export type Command = Answer<'GET /commands/{id}'>

/** Queued, sent, the charger's own answer: with the time of each step. */
export function CommandSteps({ command, whole }: { command: Command; whole?: boolean }): ReactNode {
  const { say, language } = useWords()
  const zone = useZones()(command.siteId)
  return (
    <div className="stack" aria-live="polite">
      <div className="steps">
        {command.history.map(({ status, at }, index) => (
          <Fragment key={`${status} ${at}`}>
            {index > 0 && <Icon name="next" size={14} />}
            <StatePill family="command" state={status} />
            <span className="at">{formatTime(at, 'second', language, zone)}</span>
          </Fragment>
        ))}
      </div>
      {command.error !== undefined && command.error !== null && (
        <div className="small tone-fault">{errorText(command.error, language)}</div>
      )}
      {whole === true && command.result !== undefined && command.result !== null && (
        <div>
          <div className="quiet small">{say('command.answer')}</div>
          <pre className="raw">{JSON.stringify(command.result, null, 2)}</pre>
        </div>
      )}
    </div>
  )
}
