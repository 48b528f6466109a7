import type { ReactNode } from 'react'
import { FlowCard } from './flow.tsx'
import { LimitsCard } from './limits.tsx'
import type { Site } from './types.ts'

/** Beside the moving curve: where the power goes now, and who limits it. */
export function Side({ site }: { site: Site }): ReactNode {
  return (
    <div className="stack">
      <FlowCard siteId={site.id} />
      <LimitsCard site={site} />
    </div>
  )
}
