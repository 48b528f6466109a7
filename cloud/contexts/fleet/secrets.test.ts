import { test } from 'tap'
import { shownPayload } from './secrets.ts'

const cases: readonly (readonly [string, unknown, unknown])[] = [
  [
    'the key of basic authentication',
    { key: 'AuthorizationKey', value: '4142' },
    { key: 'AuthorizationKey', value: '••••' }
  ],
  ['in any letters', { key: 'authorizationKEY', value: 'x' }, { key: 'authorizationKEY', value: '••••' }],
  ['another key stays', { key: 'HeartbeatInterval', value: '60' }, { key: 'HeartbeatInterval', value: '60' }],
  ['a login in an address', { location: 'ftp://me:pass@host/a?b#c' }, { location: 'ftp://••••@host/a?b#c' }],
  ['a login with an @ in it', { location: 'sftp://me:p@ss@host/' }, { location: 'sftp://••••@host/' }],
  ['an @ behind the host stays', { location: 'https://host/a@b' }, { location: 'https://host/a@b' }],
  ['what has no fields', ['AuthorizationKey'], ['AuthorizationKey']],
  ['nothing', null, null]
]

for (const [title, payload, shown] of cases)
  void test(`of an order is shown: ${title}`, (t) => {
    t.strictSame(shownPayload(payload), shown)
    t.end()
  })
