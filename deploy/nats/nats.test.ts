import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'tap'
import { configurationOf, faultsOf } from './configuration.ts'
import { identitiesIn } from './identities.ts'

const deploy = path.join(import.meta.dirname, '..')
const sound = 'operator: ey\nresolver: MEMORY\njetstream: { store_dir: "/data" }\n'

const table: readonly [string, string, RegExp | undefined][] = [
  ['operator mode with a store', sound, undefined],
  ['a named anonymous user', `${sound}no_auth_user: guest\n`, /no_auth_user/],
  [
    'authorization beside only $SYS accounts',
    'authorization { user: a, password: "$2a$11$x" }\naccounts { $SYS { users = [] } }\njetstream { store_dir: /d }',
    /CVE-2023-47090/
  ],
  [
    'authorization beside a real account',
    'authorization { timeout: 2 }\naccounts: {\n $SYS: { users: [] }\n NOVA: { jetstream: on }\n}\njetstream { store_dir: /d }',
    undefined
  ],
  ['nothing said about who may come', 'port: 4222\njetstream { store_dir: /d }', /everybody/],
  ['JetStream in a temporary folder', 'operator: ey\njetstream: {}', /store_dir/],
  [
    'a password as it is',
    `${sound}authorization {\n  password: secret\n}\naccounts { NOVA {} }`,
    /plain text/
  ],
  ['a fault that is only a comment', `${sound}# no_auth_user: guest\n`, undefined]
]
for (const [what, text, fault] of table) {
  void test(`a configuration with ${what} is ${fault === undefined ? 'sound' : 'refused'}`, async (t) => {
    const faults = faultsOf(text)
    if (fault === undefined) t.strictSame(faults, [])
    else t.match(faults.join('\n'), fault)
  })
}

void test('every configuration that we ship or write is sound', async (t) => {
  const place = { host: '127.0.0.1', port: 4222, storeFolder: '/a "b"', portsFolder: '/c' }
  const written = configurationOf(await identitiesIn(path.join(t.testdir(), 'keys')), place)
  const shipped = readdirSync(deploy, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.conf') && !file.includes('node_modules'))
    .map((file) => [file, readFileSync(path.join(deploy, file), 'utf8')] as const)
    .filter(([, text]) => /jetstream|leafnodes|resolver/.test(text))
  for (const [file, text] of [['the one at start', written] as const, ...shipped]) {
    t.strictSame(faultsOf(text), [], file)
  }
})

void test('keys are made once, for their owner’s eyes only', async (t) => {
  const folder = path.join(t.testdir(), 'keys')
  const first = await identitiesIn(folder)
  const again = await identitiesIn(folder)
  t.equal(again.novaAccount.id, first.novaAccount.id)
  t.equal(again.systemAccount.id, first.systemAccount.id)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  for (const file of readdirSync(folder)) t.equal(statSync(path.join(folder, file)).mode & 0o777, 0o600, file)
})
