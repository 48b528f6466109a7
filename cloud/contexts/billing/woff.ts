import { inflateSync } from 'node:zlib'

const headBytes = 44
const entryBytes = 20

type Table = { readonly tag: string; readonly checksum: number; readonly data: Buffer }

/**
 * A web font (WOFF 1.0) as the plain TrueType file it was made from. The PDF printer takes glyphs out of a plain file;
 * of a packed one it unpacks everything for each glyph, and of WOFF2 it embeds the whole font, 13 MB a page.
 * @throws RangeError when it is no WOFF file
 */
export function plainFont(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('not a WOFF font')
  const count = woff.readUInt16BE(12)
  const tables = Array.from({ length: count }, (_, index) => tableAt(woff, headBytes + index * entryBytes))
  const head = Buffer.alloc(12 + 16 * count)
  woff.copy(head, 0, 4, 8) // The flavour.
  const power = 2 ** Math.floor(Math.log2(count))
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(power * 16, 6)
  head.writeUInt16BE(Math.log2(power), 8)
  head.writeUInt16BE((count - power) * 16, 10)
  let offset = head.length
  for (const [index, { tag, checksum, data }] of tables.entries()) {
    const at = 12 + index * 16
    head.write(tag, at, 'latin1')
    head.writeUInt32BE(checksum, at + 4)
    head.writeUInt32BE(offset, at + 8)
    head.writeUInt32BE(data.length, at + 12)
    offset += padded(data).length
  }
  return Buffer.concat([head, ...tables.map(({ data }) => padded(data))])
}

function tableAt(woff: Buffer, at: number): Table {
  const [offset, packed, length] = [4, 8, 12].map((more) => woff.readUInt32BE(at + more))
  const bytes = woff.subarray(offset, (offset ?? 0) + (packed ?? 0))
  const data = packed === length ? bytes : inflateSync(bytes)
  if (data.length !== length) throw new RangeError('a table of the font is not whole')
  return { tag: woff.toString('latin1', at, at + 4), checksum: woff.readUInt32BE(at + 16), data }
}

/** Tables begin at multiples of four. */
const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
