import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import './choose.css'
import { Icon, type IconName, Mark, Switches } from '../kit/ui/index.ts'
import { useWords, type Word } from '../kit/text.ts'

const doors = [
  { to: '/operator', icon: 'gauge', name: 'app.operator', why: 'app.operatorWhy', ready: true },
  { to: '/driver', icon: 'car', name: 'app.driver', why: 'app.driverWhy', ready: true },
  { to: '/utility', icon: 'grid', name: 'app.utility', why: 'app.utilityWhy', ready: false },
  { to: '/oem', icon: 'wrench', name: 'app.oem', why: 'app.oemWhy', ready: false },
  { to: '/admin', icon: 'user', name: 'app.admin', why: 'app.adminWhy', ready: false }
] as const satisfies readonly { to: string; icon: IconName; name: Word; why: Word; ready: boolean }[]

export function Choose(): ReactNode {
  const { say } = useWords()
  return (
    <main className="choose">
      <div className="top">
        <div className="brand">
          <Mark size={46} />
          <div>
            <h1>{say('app.choose')}</h1>
            <p>{say('app.chooseWhy')}</p>
          </div>
        </div>
        <Switches />
      </div>
      <ul>
        {doors.map(({ to, icon, name, why, ready }) => (
          <li key={to}>
            <Link to={to} className="card">
              <span className="mark">
                <Icon name={icon} size={22} />
              </span>
              <h2>{say(name)}</h2>
              <p>{say(why)}</p>
              {!ready && <span className="soon">{say('app.later')}</span>}
            </Link>
          </li>
        ))}
      </ul>
      <p>
        <a href="/api/docs">{say('app.api')}</a>
      </p>
    </main>
  )
}
