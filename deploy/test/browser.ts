import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const installMs = 10 * 60_000

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
]

/** Where Chromium is, or why the browser tests are skipped. */
export type Browser = { readonly path: string } | { readonly missing: string }

/**
 * NOVA_CHROMIUM, else the machine's, else (as root, with apt) installed together with a Chinese font.
 * Tests find it in the environment: NOVA_CHROMIUM, or NOVA_CHROMIUM_MISSING with the reason.
 */
export function findBrowser(say: (line: string) => void): Browser {
  const found = installed()
  if (found !== undefined) return { path: found }
  if (process.getuid?.() !== 0) return { missing: 'Chromium is not installed, and installing it needs root' }
  say('installing Chromium for the browser tests (apt-get)')
  for (const args of [
    ['update'],
    ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']
  ]) {
    const done = spawnSync('apt-get', ['-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
      timeout: installMs
    })
    if (done.status !== 0) return { missing: 'Chromium is not installed, and apt-get cannot install it here' }
  }
  const now = installed()
  return now === undefined
    ? { missing: 'Chromium was installed but is not where it should be' }
    : { path: now }
}

function installed(): string | undefined {
  const named = process.env['NOVA_CHROMIUM']
  if (named !== undefined && named !== '') return named
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'chromium'))
  return [...usual, ...onPath].find((file) => existsSync(file))
}
