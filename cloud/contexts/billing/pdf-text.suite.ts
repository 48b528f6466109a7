import { inflateSync } from 'node:zlib'

type Objects = ReadonlyMap<string, { readonly head: string; readonly data: string }>

/** The text of a PDF that PDFKit wrote, in the order it was written, as a reader would copy it. */
export function textOf(pdf: Uint8Array): string {
  const objects = objectsOf(Buffer.from(pdf))
  const glyphs = new Map<string, ReadonlyMap<string, string>>()
  for (const { head } of objects.values())
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g))
      glyphs.set(name, glyphsOf(objects, id))
  return [...objects.values()]
    .filter(({ data }) => data.includes(' Tf'))
    .map(({ data }) => shownIn(data, glyphs))
    .join('\n')
}

function objectsOf(bytes: Buffer): Objects {
  const text = bytes.toString('latin1')
  const found = new Map<string, { head: string; data: string }>()
  for (const [whole, id = '', inside = ''] of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = inside.split(/\nstream\n/, 2)
    const isDeflated = stream !== undefined && head.includes('/FlateDecode') && whole.length > 0
    const data = isDeflated ? inflateSync(Buffer.from(stream, 'latin1')).toString('latin1') : (stream ?? '')
    found.set(id, { head, data })
  }
  return found
}

/** Which characters each glyph stands for: the font's ToUnicode map. */
function glyphsOf(objects: Objects, font: string): ReadonlyMap<string, string> {
  const id = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font)?.head ?? '')?.at(1)
  const ranges = objects.get(id ?? '')?.data.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi)
  return new Map([...(ranges ?? [])].flatMap(([, first = '', list = '']) => rangeOf(first, list)))
}

const rangeOf = (first: string, list: string): (readonly [string, string])[] =>
  [...list.matchAll(/<([0-9a-f ]*)>/gi)].map(([, hex = ''], index) => [
    hexOf(Number.parseInt(first, 16) + index),
    utf16(hex.replaceAll(' ', ''))
  ])

const hexOf = (glyph: number): string => glyph.toString(16).padStart(4, '0')
const utf16 = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le')

function shownIn(content: string, glyphs: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let font: ReadonlyMap<string, string> = new Map()
  let text = ''
  for (const [, name, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = glyphs.get(name) ?? font
    if (shown === undefined) continue
    for (const [, run = ''] of shown.matchAll(/<([0-9a-f]+)>/gi))
      text += (run.match(/.{4}/g) ?? []).map((glyph) => font.get(glyph.toLowerCase()) ?? '�').join('')
    text += '\n'
  }
  return text
}
