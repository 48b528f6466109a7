import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStore, type Store, type StoreOptions } from './index.ts'

export const silent = { warn: () => undefined, error: () => undefined }

export const options = (file: string, more: Partial<StoreOptions> = {}): StoreOptions => ({
  path: file,
  now: () => Date.parse('2026-06-01T08:00:00Z'),
  random: () => crypto.randomUUID(),
  log: silent,
  reserveBytes: 0,
  ...more
})

/** A database in a fresh folder; `reopen` as after an orderly end. */
export function openTemporary(more: Partial<StoreOptions> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-store-'))
  const file = path.join(folder, 'edge.db')
  let store = openStore(options(file, more))
  return {
    file,
    get store(): Store {
      return store
    },
    async reopen(): Promise<Store> {
      await store.close()
      store = openStore(options(file, more))
      return store
    },
    async close(): Promise<void> {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** A small file system of its own. @throws where that is not allowed */
export function smallDisk(bytes: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
  if (mounted.status === 0) return folder
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`no tmpfs: ${String(mounted.stderr)}`)
}

/** Reported as skipped, with the reason, where nobody may mount. */
export function whyNoDisk(): false | string {
  try {
    removeDisk(smallDisk(100_000))
    return false
  } catch {
    return 'mounting a tmpfs needs root'
  }
}

export function removeDisk(folder: string): void {
  spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
}
