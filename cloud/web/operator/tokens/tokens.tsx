import { App, Button, Form, Input, Modal, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useDeed, usePages } from '../../kit/api/index.ts'
import { Empty, Icon, Loading, Refusal, StatePill, Trouble } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'
import { Head, Sheet } from '../parts/parts.tsx'

type Token = Answer<'GET /tokens'>['items'][number]

/** What may start a session; blocking one reaches the edges at once. */
export function Tokens(): ReactNode {
  const { say } = useWords()
  const [adding, setAdding] = useState(false)
  const tokens = usePages('GET /tokens', { query: { limit: 100 } })
  return (
    <>
      <Head title={say('nav.tokens')}>
        <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setAdding(true)}>
          {say('tokens.add')}
        </Button>
      </Head>
      {tokens.error ? (
        <Trouble problem={tokens.error} retry={tokens.retry} />
      ) : tokens.items === undefined ? (
        <Loading lines={6} />
      ) : tokens.items.length === 0 ? (
        <Empty icon="card" title={say('tokens.none')}>
          <p>{say('tokens.noneHow')}</p>
        </Empty>
      ) : (
        <>
          <Rows tokens={tokens.items} />
          {tokens.more && (
            <Button loading={tokens.loadingMore} onClick={tokens.more}>
              {say('action.more')}
            </Button>
          )}
        </>
      )}
      <Add open={adding} close={() => setAdding(false)} />
    </>
  )
}

function Rows({ tokens }: { tokens: readonly Token[] }): ReactNode {
  const { say } = useWords()
  return (
    <Sheet
      label={say('nav.tokens')}
      heads={[
        { name: say('tokens.uid') },
        { name: say('tokens.type') },
        { name: say('tokens.driver') },
        { name: say('tokens.group') },
        { name: say('sessions.state') },
        { name: say('tokens.do') }
      ]}
    >
      <tbody>
        {tokens.map((token) => (
          <tr key={token.uid}>
            <td className="mono">{token.uid}</td>
            <td>{token.type}</td>
            <td className="mono">{token.driverId ?? '–'}</td>
            <td>{token.groupId ?? '–'}</td>
            <td>
              <StatePill family="token" state={token.status} />
            </td>
            <td>
              <Switch token={token} />
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

function Switch({ token }: { token: Token }): ReactNode {
  const { say } = useWords()
  const { modal } = App.useApp()
  const change = useDeed('PATCH /tokens/{uid}', ['GET /tokens'])
  const accepted = token.status === 'accepted'
  const ask = () => {
    void modal.confirm({
      title: say(accepted ? 'tokens.blockTitle' : 'tokens.allowTitle', { uid: token.uid }),
      content: say(accepted ? 'tokens.blockWhat' : 'tokens.allowWhat'),
      okText: say(accepted ? 'tokens.block' : 'tokens.allow'),
      onOk: async () =>
        await change.mutateAsync({
          path: { uid: token.uid },
          body: { status: accepted ? 'blocked' : 'accepted' }
        })
    })
  }
  return (
    <>
      <Button size="small" loading={change.isPending} onClick={ask}>
        {say(accepted ? 'tokens.block' : 'tokens.allow')}
      </Button>
      <Refusal problem={change.error} />
    </>
  )
}

const types = ['ISO14443', 'ISO15693', 'KeyCode', 'eMAID', 'App', 'Central', 'Local'] as const
type Fields = { readonly uid: string; readonly type: (typeof types)[number]; readonly groupId?: string }

function Add({ open, close }: { open: boolean; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const add = useDeed('POST /tokens', ['GET /tokens'])
  const send = ({ uid, type, groupId }: Fields) => {
    const group = groupId === undefined || groupId === '' ? {} : { groupId }
    add.mutate(
      { body: { uid, type, status: 'accepted', ...group } },
      {
        onSuccess: () => {
          form.resetFields()
          close()
        }
      }
    )
  }
  return (
    <Modal
      open={open}
      title={say('tokens.add')}
      okText={say('tokens.add')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form form={form} layout="vertical" initialValues={{ type: 'ISO14443' }} onFinish={send}>
        <Form.Item name="uid" label={say('tokens.uid')} rules={[{ required: true, max: 36 }]}>
          <Input className="mono" autoComplete="off" />
        </Form.Item>
        <Form.Item name="type" label={say('tokens.type')}>
          <Select options={types.map((each) => ({ value: each, label: each }))} />
        </Form.Item>
        <Form.Item name="groupId" label={say('tokens.group')} extra={say('tokens.groupHint')}>
          <Input autoComplete="off" />
        </Form.Item>
      </Form>
      <Refusal problem={add.error} />
    </Modal>
  )
}
