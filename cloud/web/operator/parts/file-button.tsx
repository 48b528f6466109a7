import { useState, type ReactNode } from 'react'
import { useClient, type Problem } from '../../kit/api/index.ts'
import { Icon, Refusal } from '../../kit/ui/index.ts'

const keepMs = 60_000 // The browser has read the file long before.

/** A file of the cloud: fetched signed in, then handed to the browser. */
export function FileButton({ path, name, label }: { path: string; name: string; label: string }): ReactNode {
  const client = useClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    try {
      const answer = await client.open(path, AbortSignal.timeout(30_000))
      const url = URL.createObjectURL(await answer.blob())
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), keepMs)
      setProblem(null)
    } catch (cause) {
      setProblem(cause as Problem)
    }
  }
  return (
    <>
      <button type="button" className="btn" onClick={() => void save()}>
        <Icon name="down" size={15} />
        {label}
      </button>
      <Refusal problem={problem} />
    </>
  )
}
