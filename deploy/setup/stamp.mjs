import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const skipped = new Set(['node_modules', 'dist', 'generated', '.tap', '.nova'])

/**
 * One hash over files and folders (recursively), by name and content. What is not there counts as empty.
 * @param {readonly string[]} places absolute paths
 * @returns {string} hex
 */
export function hashOf(places) {
  const hash = createHash('sha256')
  for (const place of places) {
    for (const file of filesBelow(place)) {
      hash.update(`\0${path.relative(path.dirname(place), file)}\0`)
      hash.update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/**
 * @param {string} place
 * @returns {string[]} files in a fixed order
 */
function filesBelow(place) {
  const entries = listed(place)
  if (entries === 'file') return [place]
  return entries
    .filter((entry) => !skipped.has(entry))
    .sort()
    .flatMap((entry) => filesBelow(path.join(place, entry)))
}

/**
 * @param {string} place
 * @returns {string[] | 'file'}
 */
function listed(place) {
  try {
    return readdirSync(place)
  } catch (cause) {
    if (codeOf(cause) === 'ENOTDIR') return 'file'
    if (codeOf(cause) === 'ENOENT') return []
    throw cause
  }
}

/**
 * @param {string} file
 * @returns {string | undefined} the text, undefined when there is no such file
 */
export function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined
    throw cause
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
export function writeStamp(file, text) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/**
 * @param {unknown} cause
 * @returns {string | undefined}
 */
export function codeOf(cause) {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
}
