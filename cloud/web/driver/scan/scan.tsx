import { useNavigate } from '@tanstack/react-router'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { Note } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { PlugRow } from '../parts/plug-row.tsx'
import { readCode } from '../parts/sites.ts'
import { Camera } from './camera.tsx'

/** Three ways to name a connector: its code, its number, or a free one from the list. */
export function Scan(): ReactNode {
  const { say } = useWords()
  const navigate = useNavigate()
  const [odd, setOdd] = useState(false)
  const connectors = useApi('GET /connectors', { query: { limit: 500 } })
  const free =
    connectors.data?.items.filter(({ status }) => status === 'available' || status === 'preparing') ?? []

  const go = (text: string): boolean => {
    const connectorKey = readCode(text)
    setOdd(connectorKey === undefined)
    if (connectorKey !== undefined) void navigate({ to: '/driver/c/$connectorKey', params: { connectorKey } })
    return connectorKey !== undefined
  }
  return (
    <>
      <h1>{say('driver.scanTitle')}</h1>
      <Camera found={go} />
      {odd && (
        <Note tone="wait" icon="warn">
          {say('driver.scanOdd')}
        </Note>
      )}
      <TypeNumber go={go} />
      {free.length > 0 && (
        <>
          <h2>{say('driver.pick')}</h2>
          <div className="card">
            {free.slice(0, 30).map((connector) => (
              <PlugRow key={connector.id} connector={connector} />
            ))}
          </div>
        </>
      )}
    </>
  )
}

function TypeNumber({ go }: { go: (text: string) => boolean }): ReactNode {
  const { say } = useWords()
  const [text, setText] = useState('')
  const [odd, setOdd] = useState(false)
  const id = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setOdd(!go(text))
  }
  return (
    <form className="card" onSubmit={submit}>
      <div className="in stack">
        <div className="field">
          <label htmlFor={id}>{say('driver.typeNumber')}</label>
          <input
            id={id}
            value={text}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={`${id}-hint`}
            aria-invalid={odd}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="hint" id={`${id}-hint`}>
            {say(odd ? 'driver.typeOdd' : 'driver.typeHint')}
          </span>
        </div>
        <button type="submit" className="btn" disabled={text.trim() === ''}>
          {say('driver.typeGo')}
        </button>
      </div>
    </form>
  )
}
