import type { ReactNode } from 'react'
import { lookOf, type Family, type Tone } from '../tones.ts'
import { useWords, wordFor } from '../words/index.ts'
import { Icon, type IconName } from './icon.tsx'

/** A state: colour, icon and word, always together. */
export function StatePill({ family, state }: { family: Family; state: string }): ReactNode {
  useWords()
  const { tone, icon } = lookOf(family, state)
  return (
    <Pill tone={tone} icon={icon}>
      {wordFor(family, state)}
    </Pill>
  )
}

export function Pill({
  tone,
  icon,
  children
}: {
  tone: Tone
  icon: IconName
  children: ReactNode
}): ReactNode {
  return (
    <span className="pill" data-tone={tone}>
      <Icon name={icon} size={14} />
      {children}
    </span>
  )
}
