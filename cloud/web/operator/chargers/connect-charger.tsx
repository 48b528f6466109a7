import { Button, Modal } from 'antd'
import { QRCodeSVG } from 'qrcode.react'
import type { ReactNode } from 'react'
import { Note } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { CopyText } from '../parts/parts.tsx'

type Props = {
  readonly charger: { readonly identity: string; readonly protocol: string }
  readonly password: string
  readonly close: () => void
}

/** What an electrician types into the charger. The password is shown this once. */
export function ConnectCharger({ charger, password, close }: Props): ReactNode {
  const { say } = useWords()
  const url = addressOf(charger)
  return (
    <Modal
      open
      title={say('connect.title')}
      onCancel={close}
      footer={<Button onClick={close}>{say('action.close')}</Button>}
    >
      <div className="stack">
        <Note tone="wait" icon="lock">
          {say('connect.once')}
        </Note>
        <dl className="def">
          <dt>{say('connect.url')}</dt>
          <dd>
            <CopyText text={url} />
          </dd>
          <dt>{say('chargers.identity')}</dt>
          <dd>
            <CopyText text={charger.identity} />
          </dd>
          <dt>{say('chargers.password')}</dt>
          <dd>
            <CopyText text={password} secret />
          </dd>
        </dl>
        <figure className="row">
          <span style={{ background: '#fff', padding: 10, borderRadius: 12, display: 'inline-block' }}>
            <QRCodeSVG value={url} size={132} title={say('connect.url')} />
          </span>
          <figcaption className="quiet small" style={{ maxWidth: '28ch' }}>
            {say('connect.qr')}
          </figcaption>
        </figure>
      </div>
    </Modal>
  )
}

/** The edge's default door on its own host; a site that moved it says so in its site file. */
function addressOf({ identity, protocol }: Props['charger']): string {
  const host = location.hostname
  return protocol === 'ykc' ? `tcp://${host}:9230` : `ws://${host}:9220/ocpp/${encodeURIComponent(identity)}`
}
