import { globSync } from 'node:fs'

/** Folders whose content is brought or made, not written. The same as in `.gitignore`. */
const notOurs = new Set(['node_modules', 'dist', 'generated', '.nova', '.toolchain', '.tap', '.git'])

/**
 * Files below `root` that people wrote, as sorted paths with `/`. Without git, so that it works in an archive, and in
 * a checkout that belongs to somebody else.
 * @param endings such as `.test.ts`
 */
export function sources(root: string, endings: readonly string[]): readonly string[] {
  const found = globSync(
    endings.map((ending) => `**/*${ending}`),
    {
      cwd: root,
      exclude: (name) => notOurs.has(name.split(/[\\/]/).at(-1) ?? '')
    }
  )
  return [...new Set(found.map((file) => file.replaceAll('\\', '/')))].toSorted()
}
