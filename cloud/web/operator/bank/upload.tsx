import { useNavigate } from '@tanstack/react-router'
import { Button, Upload as Chooser } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatCount, useWords } from '../../kit/text.ts'
import { Icon } from '../../kit/ui/index.ts'
import { Sure } from '../parts/sure.tsx'
import { longestStatement, xmlText } from './read-file.ts'

type Chosen = { readonly name: string; readonly bytes: number; readonly text: string | null }

/** A file of the bank is brought; what it would post is on its page, which opens then. */
export function Upload({ close }: { close: () => void }): ReactNode {
  const { say } = useWords()
  const go = useNavigate()
  const [file, setFile] = useState<Chosen | null>(null)
  const deed = useDeed('POST /fleet-accounts/statements', [
    'GET /fleet-accounts/statements',
    'GET /fleet-accounts/{id}/payments'
  ])
  const choose = async (blob: File) => {
    deed.reset()
    const text = xmlText(new Uint8Array(await blob.arrayBuffer()))
    setFile({ name: blob.name, bytes: blob.size, text })
  }
  const send = () =>
    deed.mutate(
      { body: { camt053: file?.text ?? '' } },
      {
        onSuccess: ({ id }) =>
          void go({ to: '/operator/bank-statements/$statementId', params: { statementId: id } })
      }
    )
  const isTooLong = (file?.text?.length ?? 0) > longestStatement
  return (
    <Sure
      title={say('bank.upload')}
      deed={say('bank.upload')}
      busy={deed.isPending}
      ready={file !== null && file.text !== null && file.text !== '' && !isTooLong}
      problem={deed.error}
      go={send}
      close={close}
    >
      <p>{say('bank.uploadWhat')}</p>
      <div className="row">
        <Chooser
          accept=".xml,application/xml,text/xml"
          maxCount={1}
          showUploadList={false}
          beforeUpload={(blob) => {
            void choose(blob)
            return false // It goes with our own request, once somebody has said so.
          }}
        >
          <Button icon={<Icon name="up" size={15} />}>{say('bank.choose')}</Button>
        </Chooser>
        <FileName file={file} />
      </div>
      {file?.text === null && <p className="small tone-fault">{say('bank.odd')}</p>}
      {isTooLong && <p className="small tone-fault">{say('bank.tooLong')}</p>}
    </Sure>
  )
}

function FileName({ file }: { file: Chosen | null }): ReactNode {
  const { say, language } = useWords()
  if (file === null) return <span className="quiet small">{say('bank.noFile')}</span>
  const size = `${formatCount(Math.max(1, Math.round(file.bytes / 1000)), language)} kB`
  return <span className="tabular">{say('bank.file', { name: file.name, size })}</span>
}
