import { Link, Outlet } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import './driver.css'
import { Audience, Live, useClient, useStreamState } from '../kit/api/index.ts'
import { Gate, Icon, type IconName, Mark, Note, Switches } from '../kit/ui/index.ts'
import { addWords, useWords, type Word } from '../kit/text.ts'
import { News } from './news/news.tsx'
import { patch } from './patch.ts'
import { en } from './words.en.ts'
import { zh } from './words.zh.ts'

addWords({ en, zh })

/** The driver's app: a phone's width, three places to go, installable. */
export function Shell(): ReactNode {
  const { say } = useWords()
  useEffect(installShell, [])
  useEffect(() => {
    document.title = `${say('driver.title')} · Nova-X`
  }, [say])
  return (
    <Audience name="driver">
      <Gate title={say('driver.title')}>
        <Live topics="connectors,sessions,notifications" patch={patch}>
          <Frame />
        </Live>
      </Gate>
    </Audience>
  )
}

/** The service worker keeps the shell for the next visit; without one (plain http) the app works all the same. */
function installShell(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  navigator.serviceWorker.register('/sw.js', { scope: '/' }).catch((cause: unknown) => reportError(cause))
}

const places = [
  { to: '/driver', icon: 'here', word: 'driver.find' },
  { to: '/driver/scan', icon: 'scan', word: 'driver.scan' },
  { to: '/driver/sessions', icon: 'receipt', word: 'driver.sessions' },
  { to: '/driver/wallet', icon: 'wallet', word: 'driver.wallet' }
] as const satisfies readonly { to: string; icon: IconName; word: Word }[]

function Frame(): ReactNode {
  const { say } = useWords()
  const client = useClient()
  return (
    <div className="driver">
      <header>
        <Link to="/driver" className="brand">
          <Mark size={28} />
          Nova-X
        </Link>
        <span className="switches">
          <Switches />
          <button
            type="button"
            className="icon-btn"
            aria-label={say('signIn.out')}
            onClick={() => void client.signOut()}
          >
            <Icon name="out" />
          </button>
        </span>
      </header>
      <main>
        <Lost />
        <News />
        <Outlet />
      </main>
      <nav aria-label={say('driver.nav')}>
        {places.map(({ to, icon, word }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/driver' }}>
            <Icon name={icon} size={22} />
            {say(word)}
          </Link>
        ))}
      </nav>
    </div>
  )
}

function Lost(): ReactNode {
  const { say } = useWords()
  return useStreamState() === 'lost' ? (
    <Note tone="wait" icon="off">
      {say('state.lost')}
    </Note>
  ) : null
}
