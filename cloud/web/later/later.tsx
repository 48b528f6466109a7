import { Link, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import '../choose/choose.css'
import { Icon, Switches } from '../kit/ui/index.ts'
import { useWords, type Word } from '../kit/text.ts'

const audiences = ['utility', 'oem', 'admin'] as const
type Audience = (typeof audiences)[number]

/** An honest page: what will be here, and where the data is until then. */
export function Later(): ReactNode {
  const { say } = useWords()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const audience = audiences.find((each) => path === `/${each}`) ?? 'admin'
  return (
    <main className="later">
      <div className="spread">
        <h1>{say(`app.${audience}`)}</h1>
        <Switches />
      </div>
      <p>{say(`${audience}.will`)}</p>
      <ul className="card">
        {points(audience).map((word) => (
          <li key={word}>
            <Icon name="clock" />
            {say(word)}
          </li>
        ))}
      </ul>
      <p>{say('later.until')}</p>
      <div className="row">
        <a className="btn" data-kind="main" href="/api/docs">
          {say('app.api')}
        </a>
        <Link className="btn" to="/">
          {say('app.start')}
        </Link>
      </div>
    </main>
  )
}

const points = (audience: Audience): readonly Word[] => [`${audience}.1`, `${audience}.2`, `${audience}.3`]
