import { crc32, inflateRawSync } from 'node:zlib'

const mostFiles = 20
const longestFile = 500_000_000
const endSign = 0x06_05_4b_50
const entrySign = 0x02_01_4b_50

/**
 * Contents of the files of a ZIP archive (stored or deflated, no ZIP64, nothing encrypted), in its order.
 * @throws RangeError when it is none, a file is too long or its CRC-32 is wrong
 */
export function unzip(zip: Buffer): Buffer[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end === -1 || end + 22 > zip.length || zip.readUInt32LE(end) !== endSign)
    throw new RangeError('this is no ZIP archive')
  const count = zip.readUInt16LE(end + 10)
  if (count > mostFiles) throw new RangeError(`the archive has ${count} files`)
  const files: Buffer[] = []
  for (let at = zip.readUInt32LE(end + 16), nth = 0; nth < count; nth++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== entrySign)
      throw new RangeError('the archive’s list of files is broken')
    files.push(contentOf(zip, at))
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}

function contentOf(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10)
  const [crc, packed, length] = [16, 20, 24].map((at) => zip.readUInt32LE(entry + at))
  const local = zip.readUInt32LE(entry + 42)
  if (packed === undefined || length === undefined || length > longestFile || local + 30 > zip.length)
    throw new RangeError('a file of the archive is too long or not there')
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const bytes = zip.subarray(begin, begin + packed)
  const content = method === 8 ? inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) }) : bytes
  if ((method !== 8 && method !== 0) || content.length !== length || crc32(content) !== crc)
    throw new RangeError('a file of the archive is damaged')
  return content
}
