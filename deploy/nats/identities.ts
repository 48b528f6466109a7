import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  fromSeed,
  type Account,
  type KeyPair
} from '@nats-io/jwt'

const unlimited = -1

/** What the server is told, and where the cloud's own keys lie. */
export type Identities = {
  readonly operatorJwt: string
  readonly systemAccount: { readonly id: string; readonly jwt: string }
  readonly novaAccount: { readonly id: string; readonly jwt: string }
  /** Full rights inside the account NOVA: for the cloud alone. */
  readonly cloudCredentialsFile: string
  /** Seed with which the cloud mints each site's credentials. */
  readonly signingKeyFile: string
}

const kinds = ['operator', 'system', 'account', 'signing', 'cloud'] as const
type Kind = (typeof kinds)[number]
type Keys = Readonly<Record<Kind, KeyPair>>

/**
 * Operator, system account, the account NOVA (with JetStream) and their keys; made once in `folder` (0700,
 * files 0600), afterwards read. The signed texts are made anew each time: they follow this file, the keys stay.
 */
export async function identitiesIn(folder: string): Promise<Identities> {
  const keys = await keysIn(folder)
  const { operator, system, account, signing, cloud } = keys
  const cloudJwt = await encodeUser('cloud', cloud, signing, {
    issuer_account: account.getPublicKey()
  })
  return {
    operatorJwt: await encodeOperator('nova', operator, { system_account: system.getPublicKey() }),
    systemAccount: {
      id: system.getPublicKey(),
      jwt: await encodeAccount('SYS', system, {}, { signer: operator })
    },
    novaAccount: {
      id: account.getPublicKey(),
      jwt: await encodeAccount('NOVA', account, novaAccount(signing), { signer: operator })
    },
    cloudCredentialsFile: kept(path.join(folder, 'cloud.creds'), fmtCreds(cloudJwt, cloud)),
    signingKeyFile: path.join(folder, fileOf('signing'))
  }
}

function novaAccount(signing: KeyPair): Partial<Account> {
  return {
    limits: {
      subs: unlimited,
      conn: unlimited,
      data: unlimited,
      payload: unlimited,
      wildcards: true,
      disallow_bearer: true,
      leaf: 0,
      imports: 0,
      exports: 0,
      mem_storage: unlimited,
      disk_storage: unlimited,
      streams: unlimited,
      consumer: unlimited
    },
    signing_keys: [signing.getPublicKey()]
  }
}

async function keysIn(folder: string): Promise<Keys> {
  if (!existsSync(folder)) makeKeys(folder)
  const read = (kind: Kind): KeyPair => fromSeed(readFileSync(path.join(folder, fileOf(kind))))
  return {
    operator: read('operator'),
    system: read('system'),
    account: read('account'),
    signing: read('signing'),
    cloud: read('cloud')
  }
}

/** Made beside its place and moved there whole: half a set of keys would lock everybody out. */
function makeKeys(folder: string): void {
  const beside = `${folder}.${process.pid}`
  mkdirSync(beside, { recursive: true, mode: 0o700 })
  const make = {
    operator: createOperator,
    system: createAccount,
    account: createAccount,
    signing: createAccount,
    cloud: createUser
  }
  for (const kind of kinds) kept(path.join(beside, fileOf(kind)), make[kind]().getSeed())
  renameSync(beside, folder)
}

function fileOf(kind: Kind): string {
  return `${kind}.seed`
}

function kept(file: string, secret: Uint8Array): string {
  writeFileSync(file, secret, { mode: 0o600 })
  chmodSync(file, 0o600) // The mode above counts only for a new file.
  return file
}
