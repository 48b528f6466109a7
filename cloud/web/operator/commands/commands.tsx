import { Button } from 'antd'
import type { ReactNode } from 'react'
import { usePages } from '../../kit/api/index.ts'
import { Empty, Loading, Trouble } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { Head } from '../parts/parts.tsx'
import { CommandTable } from './command-table.tsx'

/** Did the charger do it: every command, newest first. */
export function Commands(): ReactNode {
  const { say } = useWords()
  const commands = usePages('GET /commands', { query: { limit: 50 } })
  return (
    <>
      <Head title={say('nav.commands')} />
      {commands.error ? (
        <Trouble problem={commands.error} retry={commands.retry} />
      ) : commands.items === undefined ? (
        <Loading lines={6} />
      ) : commands.items.length === 0 ? (
        <Empty icon="send" title={say('command.none')}>
          <p>{say('command.noneHow')}</p>
        </Empty>
      ) : (
        <>
          <CommandTable commands={commands.items} />
          {commands.more && (
            <Button loading={commands.loadingMore} onClick={commands.more}>
              {say('action.more')}
            </Button>
          )}
        </>
      )}
    </>
  )
}
