import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { Icon } from '../../kit/ui/index.ts'
import { useWords } from '../../kit/text.ts'

/** A page's title, where it belongs, and what can be done here. */
export function Head(props: {
  readonly title: ReactNode
  readonly up?: { readonly to: string; readonly name: string }
  readonly children?: ReactNode
}): ReactNode {
  return (
    <div className="head">
      <div>
        {props.up && (
          <Link to={props.up.to} className="crumb">
            <Icon name="back" size={14} />
            {props.up.name}
          </Link>
        )}
        <h1>{props.title}</h1>
      </div>
      <div className="row">{props.children}</div>
    </div>
  )
}

export function Card(props: {
  readonly title: ReactNode
  readonly more?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <section className="card">
      <header>
        <h2>{props.title}</h2>
        {props.more}
      </header>
      <div className="in">{props.children}</div>
    </section>
  )
}

/** A table that scrolls sideways on its own where the screen is narrow. */
/** Scrolls sideways where it is too wide; focusable, so that the keyboard can scroll it (WCAG 2.1.1). */
export function Scroll({
  label,
  card,
  children
}: {
  label: string
  card?: boolean
  children: ReactNode
}): ReactNode {
  return (
    <div
      className={card === true ? 'card scroll-x' : 'scroll-x'}
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {children}
    </div>
  )
}

export function Sheet(props: {
  readonly heads: readonly { readonly name: string; readonly num?: boolean }[]
  readonly label: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <Scroll label={props.label} card>
      <table className="tbl">
        <thead>
          <tr>
            {props.heads.map(({ name, num }) => (
              <th key={name} scope="col" className={num === true ? 'num' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {props.children}
      </table>
    </Scroll>
  )
}

/** Text that is taken somewhere else: a password, a URL. */
export function CopyText({ text, secret }: { text: string; secret?: boolean }): ReactNode {
  const { say } = useWords()
  const [done, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setDone(true)
  }
  return (
    <span className="row">
      <code className="mono" data-secret={secret}>
        {text}
      </code>
      {'clipboard' in navigator && (
        <Button size="small" onClick={() => void copy()}>
          {say(done ? 'action.copied' : 'action.copy')}
        </Button>
      )}
    </span>
  )
}
