import { useNavigate } from '@tanstack/react-router'
import { Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, type Body, useDeed } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'
import { readOcpi } from './read-ocpi.ts'

type Imported = Answer<'POST /tariffs/import'>

/** A partner's tariff as it came; what of it could not be kept is said before anybody relies on it. */
export function ImportOcpi({ close }: { close: () => void }): ReactNode {
  const { say } = useWords()
  const go = useNavigate()
  const [text, setText] = useState('')
  const [id, setId] = useState<string | null>(null)
  const deed = useDeed('POST /tariffs/import', ['GET /tariffs', 'GET /tariffs/{id}'])
  const read = readOcpi(text)
  const tariffId = id ?? (typeof read === 'string' ? '' : read.id)
  const send = () => {
    if (typeof read === 'string' || tariffId === '') return
    const ocpi = read.tariff as Body<'POST /tariffs/import'>['ocpi'] // What is wrong with it the cloud says better.
    deed.mutate({ body: { id: tariffId, name: read.name, ocpi } })
  }
  const show = () => void go({ to: '/operator/tariffs/$tariffId', params: { tariffId } })
  return (
    <Modal
      open
      width={720}
      title={say('import.title')}
      okText={deed.data ? say('import.show') : say('import.go')}
      okButtonProps={{ loading: deed.isPending, disabled: typeof read === 'string' || tariffId === '' }}
      onOk={deed.data ? show : send}
      onCancel={close}
    >
      {deed.data ? (
        <Done imported={deed.data} />
      ) : (
        <div className="stack">
          <label className="field">
            <span>{say('import.paste')}</span>
            <Input.TextArea
              rows={10}
              className="mono"
              value={text}
              spellCheck={false}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
          {typeof read === 'string' ? (
            text.trim() !== '' && <p className="small tone-fault">{say('import.odd', { why: read })}</p>
          ) : (
            <label className="field">
              <span>{say('tariffs.id')}</span>
              <Input value={tariffId} onChange={({ target }) => setId(target.value)} />
            </label>
          )}
          <Refusal problem={deed.error} />
        </div>
      )}
    </Modal>
  )
}

function Done({ imported }: { imported: Imported }): ReactNode {
  const { say } = useWords()
  const { losses, warnings } = imported
  return (
    <div className="stack">
      <Note tone="free" icon="check">
        {say('import.done', { id: imported.id, version: imported.version })}
      </Note>
      <Losses title={say('import.losses')} none={say('import.noLosses')} losses={losses} />
      {warnings.length > 0 && (
        <Losses
          title={say('import.warnings')}
          none=""
          losses={warnings.map(({ path, message }) => ({ at: path, what: message }))}
        />
      )}
    </div>
  )
}

/** What one form says and the other cannot. */
export function Losses(props: {
  readonly title: string
  readonly none: string
  readonly losses: readonly { readonly at: string; readonly what: string }[]
}): ReactNode {
  if (props.losses.length === 0) return <p className="quiet">{props.none}</p>
  return (
    <div className="stack">
      <h3>{props.title}</h3>
      <dl className="def">
        {[...Map.groupBy(props.losses, ({ what }) => what)].map(([what, places]) => (
          <div key={what} className="contents">
            <dt>
              <code className="mono">{placesText(places)}</code>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** The first place, and how many more there are. */
const placesText = ([first, ...more]: readonly { readonly at: string }[]): string =>
  `${first?.at ?? ''}${more.length > 0 ? ` + ${more.length}` : ''}`
