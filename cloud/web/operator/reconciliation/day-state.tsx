import type { ReactNode } from 'react'
import { useWords } from '../../kit/text.ts'
import { Pill } from '../../kit/ui/index.ts'

type Day = { readonly isComplete: boolean; readonly openBreaks: number }

/** Clean, with breaks that wait for people, or not complete because a statement is missing. */
export function DayState({ isComplete, openBreaks }: Day): ReactNode {
  const { say } = useWords()
  if (openBreaks > 0)
    return (
      <Pill tone="wait" icon="eye">
        {say('recon.breaks')}
      </Pill>
    )
  return isComplete ? (
    <Pill tone="free" icon="check">
      {say('recon.clean')}
    </Pill>
  ) : (
    <Pill tone="off" icon="clock">
      {say('recon.incomplete')}
    </Pill>
  )
}
