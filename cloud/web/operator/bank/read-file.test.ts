import fc from 'fast-check'
import { test } from 'tap'
import { xmlText } from './read-file.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0))
const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>`

void test('without a word of its own a file is UTF-8, and every character stays', async (t) => {
  t.equal(xmlText(utf8('<a>Müller 上海</a>')), '<a>Müller 上海</a>')
  t.equal(xmlText(utf8('\u{feff}<a/>')), '\u{feff}<a/>', 'its mark too: the digest is that of the file')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => xmlText(utf8(`<a/>${text}`)) === `<a/>${text}`)
  )
})

void test('a file of a bank that writes in Latin letters of old is read as it says', async (t) => {
  const text = `${declared('ISO-8859-1')}<Nm>Café Zürich</Nm>`
  t.equal(xmlText(latin1(text)), text)
  t.equal(xmlText(latin1('<Nm>Café</Nm>')), null, 'and nothing is made up where it does not say')
})

void test('UTF-16 is known by its first two bytes', async (t) => {
  const bytes = [0xff, 0xfe, 0x3c, 0, 0x61, 0, 0x2f, 0, 0x3e, 0]
  t.equal(xmlText(Uint8Array.from(bytes)), '\u{feff}<a/>')
  const swapped = [0xfe, 0xff, 0, 0x3c, 0, 0x61, 0, 0x2f, 0, 0x3e]
  t.equal(xmlText(Uint8Array.from(swapped)), '\u{feff}<a/>')
})

void test('an encoding that nobody knows is no text', async (t) => {
  t.equal(xmlText(utf8(`${declared('made-up')}<a/>`)), null)
  t.equal(xmlText(Uint8Array.from([0x3c, 0xff, 0xfe])), null)
})
