import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'oxc-parser'
import { sources } from './sources.ts'

/** One import or re-export, types included. `to` is a path from the root, or a package's or `node:` name. */
export type Arrow = {
  readonly from: string
  readonly to: string
  readonly ours: boolean
  readonly spec: string
}

export type House = {
  readonly files: ReadonlyMap<string, string>
  readonly arrows: readonly Arrow[]
  readonly workspaces: readonly string[]
}

type Packages = ReadonlyMap<
  string,
  { readonly folder: string; readonly exports: Readonly<Record<string, string>> }
>

/** Reads every source file. */
export function readHouse(root: string): House {
  const files = new Map(written(root).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
  const packages = packagesOf(root)
  const arrows = [...files].flatMap(([file, text]) => arrowsOf(file, text, packages))
  return { files, arrows, workspaces: [...packages.values()].map(({ folder }) => folder) }
}

function written(root: string): readonly string[] {
  return sources(root, ['.ts', '.tsx', '.mjs']).filter((file) => !file.endsWith('.d.ts'))
}

function packagesOf(root: string): Packages {
  const { workspaces } = json<{ workspaces: readonly string[] }>(root, 'package.json')
  return new Map(
    workspaces.map((folder) => {
      const own = json<{ name: string; exports?: Record<string, string> }>(
        root,
        path.join(folder, 'package.json')
      )
      return [own.name, { folder, exports: own.exports ?? {} }]
    })
  )
}

function json<Shape>(root: string, file: string): Shape {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Shape
}

/** All specifiers of a file, static and dynamic, in words and in types. */
export function arrowsOf(file: string, text: string, packages: Packages): readonly Arrow[] {
  return specifiers(file, text).map((spec) => ({ from: file, spec, ...target(file, bare(spec), packages) }))
}

/** @throws Error when the file cannot be parsed: an unread file must not pass for one without imports */
export function specifiers(file: string, text: string): readonly string[] {
  const { module, errors, program } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`)
  const fixed = module.staticImports.map(({ moduleRequest }) => moduleRequest.value)
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest: from }) => from?.value ?? [])
  )
  const later = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) =>
    quoted(text.slice(start, end))
  )
  return [...new Set([...fixed, ...passedOn, ...later, ...typeImports(program)])]
}

function quoted(expression: string): readonly string[] {
  return /^(['"])(.*)\1$/.exec(expression)?.slice(2, 3) ?? [] // A computed one names no file of ours.
}

/** `import('./x.ts').Type`, anywhere in the tree. */
function typeImports(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(typeImports)
  if (typeof node !== 'object' || node === null) return []
  const own = 'type' in node && node.type === 'TSImportType' && 'source' in node ? literal(node.source) : []
  return [...own, ...Object.values(node).flatMap(typeImports)]
}

function literal(node: unknown): readonly string[] {
  return typeof node === 'object' && node !== null && 'value' in node ? [String(node.value)] : []
}

/** Vite's `./map.json?url` is still that file. */
function bare(spec: string): string {
  return spec.replace(/\?.*$/, '')
}

function target(file: string, spec: string, packages: Packages): { to: string; ours: boolean } {
  if (spec.startsWith('.')) return { to: path.posix.join(path.posix.dirname(file), spec), ours: true }
  const name = spec.startsWith('@') ? spec.split('/').slice(0, 2).join('/') : (spec.split('/')[0] ?? spec)
  const own = packages.get(name)
  if (own === undefined) return { to: spec.startsWith('node:') ? spec : name, ours: false }
  const door = own.exports[`.${spec.slice(name.length)}`]
  return {
    to: door === undefined ? `${own.folder}/${spec}: not exported` : path.posix.join(own.folder, door),
    ours: true
  }
}
