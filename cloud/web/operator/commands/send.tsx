import { App, Button, Input, Select } from 'antd'
import { useId, useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { CommandSteps } from './steps.tsx'
import { readPayload, templates } from './templates.ts'

/** Any canonical action to a charger, or an OCPP request as it stands; then what became of it. */
export function SendCommand({
  chargerId,
  connectors
}: {
  chargerId: string
  connectors: readonly string[]
}): ReactNode {
  const { say } = useWords()
  const { modal } = App.useApp()
  const [action, setAction] = useState('trigger')
  const [text, setText] = useState(() => bodyFor('trigger', connectors))
  const send = useDeed('POST /chargers/{id}/commands', ['GET /commands', 'GET /chargers/{id}/commands'])
  const payload = readPayload(text)
  const id = useId()

  const go = () => send.mutate({ path: { id: chargerId }, body: { action, payload } })
  const press = () => {
    if (templates.find((each) => each.action === action)?.danger !== true) {
      go()
      return
    }
    void modal.confirm({
      title: say('command.sureTitle', { action: wordFor('order', action), charger: chargerId }),
      content: wordFor('orderWhat', action),
      okText: say('command.send'),
      onOk: go
    })
  }
  return (
    <div className="stack">
      <div className="row">
        <Select
          showSearch
          aria-label={say('command.action')}
          style={{ minWidth: 240 }}
          value={action}
          onChange={(chosen) => {
            setAction(chosen)
            setText(bodyFor(chosen, connectors))
          }}
          options={templates.map((each) => ({ value: each.action, label: wordFor('order', each.action) }))}
        />
        {action.startsWith('ocpp.') && (
          <Input
            aria-label={say('command.ocpp')}
            style={{ width: 220 }}
            value={action}
            onChange={(event) => setAction(event.target.value)}
          />
        )}
      </div>
      <label htmlFor={id} className="only-read">
        {say('command.payload')}
      </label>
      <Input.TextArea
        id={id}
        className="mono"
        autoSize={{ minRows: 4, maxRows: 14 }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {payload === undefined && (
        <Note tone="wait" icon="warn">
          {say('command.notJson')}
        </Note>
      )}
      <Refusal problem={send.error} />
      <div className="row">
        <Button type="primary" loading={send.isPending} disabled={payload === undefined} onClick={press}>
          {say('command.send')}
        </Button>
      </div>
      {send.data && <Outcome id={send.data.id} />}
    </div>
  )
}

const bodyFor = (action: string, connectors: readonly string[]): string =>
  JSON.stringify(
    templates.find((each) => each.action === action)?.payload(connectors[0] ?? '') ?? {},
    null,
    2
  )

const lookAgainMs = 1_000

function Outcome({ id }: { id: string }): ReactNode {
  const [ended, setEnded] = useState(false)
  const command = useApi('GET /commands/{id}', { path: { id } }, ended ? {} : { everyMs: lookAgainMs })
  const status = command.data?.status
  const over = status !== undefined && status !== 'queued' && status !== 'sent'
  if (over !== ended) setEnded(over)
  return command.data ? <CommandSteps command={command.data} whole /> : null
}
