import { useState, type ReactNode } from 'react'
import { useClient } from '../api/audience.tsx'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../words/index.ts'
import { Icon } from './icon.tsx'
import { Refusal } from './states.tsx'

const keepMs = 60_000 // The browser has read the file long before.

/** The invoice as a file: fetched signed in, then handed to the browser. */
export function InvoicePdf({ id, number }: { id: string; number: string }): ReactNode {
  const { say } = useWords()
  const client = useClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    try {
      const answer = await client.open(`/invoices/${id}/pdf`, AbortSignal.timeout(30_000))
      const url = URL.createObjectURL(await answer.blob())
      const link = document.createElement('a')
      link.href = url
      link.download = `${number}.pdf`
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), keepMs)
      setProblem(null)
    } catch (cause) {
      setProblem(cause as Problem)
    }
  }
  return (
    <>
      <button type="button" className="btn" data-size="small" onClick={() => void save()}>
        <Icon name="receipt" size={15} />
        {say('action.pdf')}
      </button>
      <Refusal problem={problem} />
    </>
  )
}
