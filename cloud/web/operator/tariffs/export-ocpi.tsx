import { useState, type ReactNode } from 'react'
import { useClient, type Answer, type Problem } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Icon, Refusal } from '../../kit/ui/index.ts'
import { savedAs } from '../ledger/save.ts'
import { Losses } from './import-ocpi.tsx'

type Exported = Answer<'GET /tariffs/{id}/versions/{version}/ocpi'>

/** The version as a file for a partner, and beside it what OCPI has no words for. */
export function ExportOcpi({ id, version }: { id: string; version: number }): ReactNode {
  const { say } = useWords()
  const client = useClient()
  const [told, setTold] = useState<Exported | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    try {
      const found = await client.call('GET /tariffs/{id}/versions/{version}/ocpi', { path: { id, version } })
      savedAs(`${id}-v${version}.ocpi.json`, found.tariff)
      setTold(found)
    } catch (cause) {
      setProblem(cause as Problem)
    }
  }
  return (
    <div className="export">
      <button type="button" className="btn" onClick={() => void save()}>
        <Icon name="send" size={15} />
        {say('export.ocpi')}
      </button>
      <Refusal problem={problem} />
      {told && (
        <div className="card export-told" role="status">
          <div className="in">
            <Losses title={say('export.losses')} none={say('export.noLosses')} losses={told.losses} />
          </div>
        </div>
      )}
    </div>
  )
}
