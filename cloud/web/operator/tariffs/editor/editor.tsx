import { Button, Form } from 'antd'
import type { ReactNode } from 'react'
import { useApi, useParam } from '../../../kit/api/index.ts'
import { useWords, viewerZone } from '../../../kit/text.ts'
import { Asked, Refusal } from '../../../kit/ui/index.ts'
import { Card, Head } from '../../parts/parts.tsx'
import { Picture } from '../picture/picture.tsx'
import type { Tariff } from '../types.ts'
import { draftOf, pricesOf, type Draft } from './draft.ts'
import { useSaving, type Props } from './saving.ts'
import { PricesForm } from './prices-form.tsx'
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
            <PricesForm kind={draft.kind} isNew={of === null} zone={zone} currency={currency} />
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
