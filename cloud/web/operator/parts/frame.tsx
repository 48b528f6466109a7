import { Link, useLocation } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useApi, useClient, useSignedIn } from '../../kit/api/index.ts'
import { Icon, type IconName, Mark, Switches } from '../../kit/ui/index.ts'
import { useWords, type Word } from '../../kit/text.ts'

const groups = [
  {
    word: 'nav.operation',
    places: [
      { to: '/operator', icon: 'home', word: 'nav.home' },
      { to: '/operator/sessions', icon: 'receipt', word: 'nav.sessions' },
      { to: '/operator/chargers', icon: 'plug', word: 'nav.chargers' },
      { to: '/operator/commands', icon: 'send', word: 'nav.commands' },
      { to: '/operator/tokens', icon: 'card', word: 'nav.tokens' },
      { to: '/operator/reviews', icon: 'eye', word: 'nav.reviews' },
      { to: '/operator/alarms', icon: 'bell', word: 'nav.alarms' }
    ]
  },
  {
    word: 'nav.money',
    places: [
      { to: '/operator/tariffs', icon: 'price', word: 'nav.tariffs' },
      { to: '/operator/coupons', icon: 'check', word: 'nav.coupons' },
      { to: '/operator/invoices', icon: 'list', word: 'nav.invoices' },
      { to: '/operator/refunds', icon: 'back', word: 'nav.refunds' },
      { to: '/operator/settlements', icon: 'out', word: 'nav.settlements' },
      { to: '/operator/reconciliation', icon: 'checkRing', word: 'nav.reconciliation' },
      { to: '/operator/ledger', icon: 'book', word: 'nav.ledger' }
    ]
  }
] as const satisfies readonly {
  word: Word
  places: readonly { to: string; icon: IconName; word: Word }[]
}[]

/** Side bar, the bar with the edges' state, and the page. */
export function Frame({ bar, children }: { bar: ReactNode; children: ReactNode }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  const path = useLocation({ select: ({ pathname }) => pathname })
  const [seen, setSeen] = useState(path)
  if (seen !== path) {
    setSeen(path) // Somewhere else now: the drawer of a narrow screen has done its work.
    setOpen(false)
  }
  return (
    <div className="op">
      <a className="only-read" href="#page">
        {say('app.skip')}
      </a>
      <aside data-open={open}>
        <Link to="/operator" className="brand">
          <Mark size={30} />
          Nova-X
        </Link>
        <Places />
        <Foot />
      </aside>
      <div className="body">
        <div>
          {bar}
          <button
            type="button"
            className="icon-btn burger"
            aria-label={say('nav.menu')}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'cross' : 'menu'} size={22} />
          </button>
        </div>
        <main id="page" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}

function Places(): ReactNode {
  const { say } = useWords()
  const counts = useCounts()
  return (
    <nav aria-label={say('nav.main')}>
      {groups.map(({ word: title, places }) => (
        <div key={title} role="group" aria-label={say(title)}>
          <span className="group" aria-hidden="true">
            {say(title)}
          </span>
          {places.map(({ to, icon, word }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/operator' }}>
              <Icon name={icon} />
              {say(word)}
              {(counts[to] ?? 0) > 0 && <span className="count">{counts[to]}</span>}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}

const everyMs = 30_000
const most = 100

/** What waits for somebody, by the page where it is seen to. */
function useCounts(): Readonly<Record<string, number>> {
  const alarms = useApi('GET /alarms', { query: { open: 'true', limit: most } }, { everyMs })
  const reviews = useApi('GET /reviews', { query: { state: 'open', limit: most } }, { everyMs })
  const refunds = useApi('GET /payments/refunds', { query: { status: 'proposed', limit: most } }, { everyMs })
  return {
    '/operator/alarms': alarms.data?.items.filter(({ severity }) => severity !== 'info').length ?? 0,
    '/operator/reviews': reviews.data?.items.length ?? 0,
    '/operator/refunds': refunds.data?.items.length ?? 0
  }
}

function Foot(): ReactNode {
  const { say } = useWords()
  const client = useClient()
  const email = useSignedIn()
  return (
    <div className="foot">
      <Switches />
      <span className="clip" title={email ?? ''}>
        {email}
      </span>
      <button type="button" className="btn" data-size="small" onClick={() => void client.signOut()}>
        <Icon name="out" size={15} />
        {say('signIn.out')}
      </button>
    </div>
  )
}
