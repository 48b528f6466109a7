import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useWords, wordFor } from '../../kit/text.ts'
import { Sheet } from '../parts/parts.tsx'
import { CommandSteps, type Command } from './steps.tsx'

/** Commands with their steps; the charger's answer opens on demand. */
export function CommandTable({ commands }: { commands: readonly Command[] }): ReactNode {
  const { say } = useWords()
  return (
    <Sheet
      label={say('nav.commands')}
      heads={[
        { name: say('command.action') },
        { name: say('command.charger') },
        { name: say('command.payload') },
        { name: say('command.became') }
      ]}
    >
      <tbody>
        {commands.map((command) => (
          <Row key={command.id} command={command} />
        ))}
      </tbody>
    </Sheet>
  )
}

function Row({ command }: { command: Command }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <tr>
      <td>
        {wordFor('order', command.action)}
        <div className="quiet small">{command.issuer}</div>
      </td>
      <td>
        <Link to="/operator/chargers/$chargerId" params={{ chargerId: command.chargerId }}>
          {command.chargerId}
        </Link>
      </td>
      <td className="mono">{JSON.stringify(command.payload)}</td>
      <td>
        <CommandSteps command={command} whole={open} />
        {command.result !== undefined && command.result !== null && (
          <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {say(open ? 'raw.hide' : 'command.showAnswer')}
          </Button>
        )}
      </td>
    </tr>
  )
}
