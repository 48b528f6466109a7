import type { ReactNode } from 'react'
import { Empty } from '../kit/ui/index.ts'
import { useWords } from '../kit/text.ts'

export function NotHere(): ReactNode {
  const { say } = useWords()
  return (
    <main>
      <Empty icon="search" title={say('app.notHere')}>
        <a className="btn" href="/">
          {say('app.start')}
        </a>
      </Empty>
    </main>
  )
}
