import { execFileSync, spawnSync } from 'node:child_process'

export type Account = { readonly uid: number; readonly gid: number }

/**
 * PostgreSQL refuses to run as root: then it runs as `postgres` (made when missing), else as `nobody`.
 * Undefined: we are an ordinary user and it runs as we do.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  return accountNamed('postgres') ?? made('postgres') ?? accountNamed('nobody')
}

function accountNamed(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, name], { encoding: 'utf8' }))
  if (uid?.status !== 0 || gid?.status !== 0) return undefined
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function made(name: string): Account | undefined {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
      {
        stdio: 'ignore'
      }
    )
  } catch {
    return undefined // No useradd, or a system whose accounts are fixed: there is always `nobody`.
  }
  return accountNamed(name)
}
