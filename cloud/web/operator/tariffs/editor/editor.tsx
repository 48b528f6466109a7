import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useApi, useDeed, useParam } from '../../../kit/api/index.ts'
import { useWords, viewerZone, wallInstant, zoneNote } from '../../../kit/text.ts'
import { Asked, Refusal } from '../../../kit/ui/index.ts'
import { Card, Head } from '../../parts/parts.tsx'
import { Picture } from '../picture/picture.tsx'
import type { Tariff } from '../types.ts'
import { draftOf, pricesOf, type Draft } from './draft.ts'
import { RulesForm, RulesRest } from './rules-form.tsx'
import { SegmentsForm } from './segments-form.tsx'
import { TryIt } from './try-it.tsx'

/** A new tariff: its first version. */
export function NewTariff(): ReactNode {
  return <WithSite of={null} />
}

/** The next version of a tariff, beginning with what the newest says. */
export function NextVersion(): ReactNode {
  const tariff = useApi('GET /tariffs/{id}', { path: { id: useParam('tariffId') } })
  return <Asked of={tariff}>{(found) => <WithSite of={found} />}</Asked>
}

function WithSite({ of }: { of: Tariff | null }): ReactNode {
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  return (
    <Asked of={sites}>
      {({ items }) => {
        const site = items.find(({ id }) => id === of?.assignments[0]?.siteId) ?? items[0]
        return (
          <Editor
            of={of}
            siteId={site?.id}
            zone={site?.timeZone ?? viewerZone()}
            currency={of?.currency ?? site?.currency ?? 'CNY'}
          />
        )
      }}
    </Asked>
  )
}

type Props = {
  readonly of: Tariff | null
  readonly siteId: string | undefined
  readonly zone: string
  readonly currency: string
}

function Editor({ of, siteId, zone, currency }: Props): ReactNode {
  const { say } = useWords()
  const [form] = Form.useForm<Draft>()
  const typed = Form.useWatch([], { form, preserve: true }) as Draft | undefined
  const draft = typed?.rules ? typed : draftOf(of)
  const prices = pricesOf(draft, currency, of)
  const saving = useSaving({ of, siteId, zone, currency })
  return (
    <>
      <Head
        title={of ? say('tariffs.nextTitle', { name: of.name, version: of.version + 1 }) : say('tariffs.add')}
        up={{ to: '/operator/tariffs', name: say('nav.tariffs') }}
      >
        <Button type="primary" loading={saving.busy} onClick={() => form.submit()}>
          {say('action.save')}
        </Button>
      </Head>
      <div className="editor">
        <Card title={say('editor.prices')}>
          <Form
            form={form}
            layout="vertical"
            preserve
            initialValues={draftOf(of)}
            onFinish={() => saving.save(form.getFieldsValue(true) as Draft)}
          >
            <Identity isNew={of === null} zone={zone} />
            {draft.kind === 'rules' ? (
              <div className="stack">
                <RulesForm />
                <RulesRest />
              </div>
            ) : (
              <SegmentsForm currency={currency} />
            )}
          </Form>
          <p className="quiet small">{say('tariffs.pinned')}</p>
          <Refusal problem={saving.problem} />
        </Card>
        <div className="stack">
          <Card title={say('editor.picture')}>
            <Picture tariff={shownOf(prices, currency)} zone={zone} />
          </Card>
          <Card title={say('editor.try')}>
            <TryIt prices={prices} zone={zone} />
          </Card>
        </div>
      </div>
    </>
  )
}

const shownOf = (prices: ReturnType<typeof pricesOf>, currency: string) =>
  prices === null
    ? { currency, segments: [] }
    : 'plan' in prices
      ? prices.plan
      : { currency, segments: [], rules: prices.rules }

function Identity({ isNew, zone }: { isNew: boolean; zone: string }): ReactNode {
  const { say } = useWords()
  const kinds = (['time-of-use', 'rules'] as const).map((value) => ({ value, label: say(`editor.${value}`) }))
  const note = zoneNote(zone, Date.now())
  return (
    <>
      <div className="pair">
        {isNew && (
          <Form.Item
            name="tariffId"
            label={say('tariffs.id')}
            rules={[{ required: true, pattern: /^[A-Za-z0-9_-]{1,48}$/, message: say('editor.oddId') }]}
          >
            <Input autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item name="name" label={say('tariffs.name')} rules={[{ required: true, max: 80 }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="validFrom"
          label={say('editor.validFrom')}
          extra={note === '' ? say('editor.atOnce') : `${say('editor.atOnce')} ${note}`}
        >
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <Form.Item name="kind" label={say('editor.kind')}>
        <Segmented options={kinds} />
      </Form.Item>
    </>
  )
}

/** Sends the draft as a version, then shows the tariff. */
function useSaving({ of, siteId, zone, currency }: Props) {
  const go = useNavigate()
  const first = useDeed('POST /tariffs', ['GET /tariffs', 'GET /tariffs/{id}'])
  const next = useDeed('POST /tariffs/{id}/versions', ['GET /tariffs', 'GET /tariffs/{id}'])
  const save = (draft: Draft) => {
    const prices = pricesOf(draft, currency, of)
    if (!prices) return
    const from = draft.validFrom ? wallInstant(draft.validFrom, zone) : null
    const body = {
      name: draft.name,
      priority: of?.priority ?? 0,
      validFrom: from === null ? null : new Date(from).toISOString(),
      ...('plan' in prices ? prices.plan : prices)
    }
    const id = of?.id ?? draft.tariffId ?? ''
    const onSuccess = () => void go({ to: '/operator/tariffs/$tariffId', params: { tariffId: id } })
    // A new tariff becomes the first site's; others are assigned by the API.
    const assignments = siteId === undefined ? [] : [{ siteId }]
    if (of) next.mutate({ path: { id }, body }, { onSuccess })
    else first.mutate({ body: { id, ...body, assignments } }, { onSuccess })
  }
  return { save, busy: first.isPending || next.isPending, problem: first.error ?? next.error }
}
