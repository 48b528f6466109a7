import { Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { Refusal } from '../../kit/ui/index.ts'
import { useWords, wordFor } from '../../kit/text.ts'
import { ConnectCharger } from './connect-charger.tsx'
import { passwordFrom } from './password.ts'

export type Draft = { readonly identity?: string; readonly siteId?: string; readonly protocol?: string }
type Fields = {
  readonly id: string
  readonly siteId: string
  readonly protocol: (typeof protocols)[number]
  readonly password: string
  readonly evses: number
  readonly type: (typeof plugTypes)[number]
  readonly powerKw: number
}
type Made = Answer<'POST /chargers'>
type Added = { readonly charger: Made; readonly password: string }

const protocols = ['ocpp1.6'] as const // Those that an edge speaks so far: others are refused by name.
const plugTypes = ['type1', 'type2', 'ccs1', 'ccs2', 'chademo', 'gbt-ac', 'gbt-dc', 'nacs', 'schuko'] as const

/** Adds a charger with a password made here; afterwards what has to be typed into the charger. */
export function AddCharger({ draft, close }: { draft: Draft; close: () => void }): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Fields>()
  const [added, setAdded] = useState<Added | null>(null)
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const touched = ['GET /chargers', 'GET /connectors', 'GET /unclaimed'] as const
  const add = useDeed('POST /chargers', touched)
  const claim = useDeed('POST /unclaimed/{siteId}/{identity}/claim', touched)
  const send = (fields: Fields) => {
    const done = { onSuccess: (charger: Made) => setAdded({ charger, password: fields.password }) }
    const { identity, siteId } = draft
    if (identity === undefined || siteId === undefined)
      add.mutate({ body: { ...bodyOf(fields), siteId: fields.siteId, identity: fields.id } }, done)
    else claim.mutate({ path: { siteId, identity }, body: bodyOf(fields) }, done)
  }
  if (added) return <ConnectCharger charger={added.charger} password={added.password} close={close} />
  return (
    <Modal
      open
      title={say('chargers.add')}
      okText={say('chargers.add')}
      okButtonProps={{ loading: add.isPending || claim.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Fields form={form} draft={draft} send={send} sites={sites.data?.items ?? []} />
      <Refusal problem={add.error ?? claim.error} />
    </Modal>
  )
}

function Fields(props: {
  readonly form: ReturnType<typeof Form.useForm<Fields>>[0]
  readonly draft: Draft
  readonly send: (fields: Fields) => void
  readonly sites: readonly { readonly id: string; readonly name: string }[]
}): ReactNode {
  const { say } = useWords()
  const { draft, sites } = props
  const [password] = useState(() => passwordFrom(crypto.getRandomValues(new Uint8Array(96))))
  const known = protocols.find((each) => each === draft.protocol) ?? 'ocpp1.6'
  const siteId = draft.siteId ?? sites[0]?.id
  return (
    <Form
      form={props.form}
      layout="vertical"
      initialValues={{
        id: draft.identity,
        siteId,
        protocol: known,
        password,
        evses: 1,
        type: 'type2',
        powerKw: 22
      }}
      onFinish={props.send}
    >
      <Form.Item
        name="id"
        label={say('chargers.id')}
        rules={[{ required: true, pattern: /^[A-Za-z0-9_-]{1,48}$/ }]}
        extra={say('chargers.idHint')}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="siteId" label={say('chargers.site')} rules={[{ required: true }]}>
        <Select
          disabled={draft.identity !== undefined}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item name="protocol" label={say('chargers.protocol')}>
        <Select options={protocols.map((each) => ({ value: each, label: each }))} />
      </Form.Item>
      <Form.Item
        name="password"
        label={say('chargers.password')}
        rules={[{ min: 16, max: 40 }]}
        extra={say('chargers.passwordHint')}
      >
        <Input className="mono" autoComplete="off" />
      </Form.Item>
      <Form.Item name="evses" label={say('chargers.evses')} rules={[{ required: true }]}>
        <InputNumber min={1} max={16} />
      </Form.Item>
      <Form.Item name="type" label={say('chargers.plug')}>
        <Select options={plugTypes.map((each) => ({ value: each, label: wordFor('plugType', each) }))} />
      </Form.Item>
      <Form.Item name="powerKw" label={say('chargers.powerEach')} rules={[{ required: true }]}>
        <InputNumber min={1} max={5000} suffix="kW" />
      </Form.Item>
    </Form>
  )
}

function bodyOf({ id, protocol, password, evses, type, powerKw }: Fields) {
  const connector = { id: 1, type, maxPowerW: Math.round(powerKw * 1000) }
  return {
    id,
    protocol,
    security: { profile: 1 as const, password },
    evses: Array.from({ length: evses }, (_, index) => ({ id: index + 1, connectors: [connector] }))
  }
}
