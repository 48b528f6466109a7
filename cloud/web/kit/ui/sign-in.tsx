import { useQuery } from '@tanstack/react-query'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { useClient, useSignedIn } from '../api/audience.tsx'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../words/index.ts'
import { Icon, Mark } from './icon.tsx'
import { Refusal } from './states.tsx'
import { Switches } from './switches.tsx'

/** Shows the pages to whoever is signed in, the sign-in form to everyone else. */
export function Gate({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return useSignedIn() === null ? <SignIn title={title} /> : children
}

function SignIn({ title }: { title: string }): ReactNode {
  const { say } = useWords()
  return (
    <div className="sign-in">
      <main>
        <div className="brand">
          <Mark size={40} />
          <div>
            <h1>{title}</h1>
            <p className="quiet small">{say('app.name')}</p>
          </div>
        </div>
        <SignInForm />
        <div className="foot">
          <a href="/" className="btn" data-kind="quiet" data-size="small">
            <Icon name="back" size={15} />
            {say('app.start')}
          </a>
          <Switches />
        </div>
      </main>
    </div>
  )
}

function SignInForm(): ReactNode {
  const { say } = useWords()
  const client = useClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [otp, setOtp] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      await client.signIn(email, password, otp ?? undefined)
    } catch (cause) {
      const refused = cause as Problem
      if (refused.code.startsWith('otp')) setOtp((before) => before ?? '')
      setProblem(refused)
      setBusy(false)
    }
  }
  return (
    <form className="card" onSubmit={(event) => void submit(event)} aria-label={say('signIn.title')}>
      <Entry
        name={say('signIn.email')}
        type="email"
        autoComplete="username"
        value={email}
        change={setEmail}
      />
      <Entry
        name={say('signIn.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        change={setPassword}
      />
      {otp !== null && (
        <Entry
          name={say('signIn.otp')}
          type="text"
          autoComplete="one-time-code"
          value={otp}
          change={setOtp}
        />
      )}
      <Refusal problem={problem} />
      <button type="submit" className="btn" data-kind="main" disabled={busy}>
        {say(busy ? 'signIn.going' : 'signIn.go')}
      </button>
      <DemoHint
        fill={(hint) => {
          setEmail(hint.email)
          setPassword(hint.password)
        }}
      />
    </form>
  )
}

function Entry(props: {
  readonly name: string
  readonly type: string
  readonly autoComplete: string
  readonly value: string
  readonly change: (value: string) => void
}): ReactNode {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.name}</label>
      <input
        id={id}
        type={props.type}
        autoComplete={props.autoComplete}
        required
        value={props.value}
        onChange={(event) => props.change(event.target.value)}
      />
    </div>
  )
}

type Hint = { readonly email: string; readonly password: string }

/** Only a cloud that says it runs the demo profile gets its demo sign-ins offered. */
function DemoHint({ fill }: { fill: (hint: Hint) => void }): ReactNode {
  const { say } = useWords()
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['about'],
    queryFn: async ({ signal }) => await client.call('GET /about', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false
  })
  const found = data?.demo?.signIns.find(({ email }) => email.startsWith(client.audience))
  if (!data?.demo || !found) return null
  const hint = { email: found.email, password: data.demo.password }
  return (
    <div className="note">
      <Icon name="eye" />
      <div>
        {say('signIn.demo', hint)}{' '}
        <button type="button" className="btn" data-size="small" data-kind="quiet" onClick={() => fill(hint)}>
          {say('signIn.fill')}
        </button>
      </div>
    </div>
  )
}
