import fc from 'fast-check'
import { test } from 'tap'
import {
  errorText,
  maxFrameChars,
  readFrame,
  resultText,
  callText,
  sendText,
  resultErrorText,
  errorCode
} from './index.ts'

const call = '[2,"7","Heartbeat",{}]'

const read: readonly { readonly title: string; readonly text: string; readonly as: object }[] = [
  {
    title: 'a call',
    text: call,
    as: { kind: 'call', id: '7', bare: false, action: 'Heartbeat', payload: {}, doubled: false }
  },
  {
    title: 'a call with whitespace everywhere',
    text: ' \r\n[ 2 ,\t"7" , "Heartbeat",\n{ } ] ',
    as: { kind: 'call', id: '7' }
  },
  { title: 'a call behind a byte order mark', text: `\uFEFF${call}`, as: { kind: 'call', id: '7' } },
  {
    title: 'a bare decimal as message id, kept as written',
    text: '[2,1.0,"Heartbeat",{}]',
    as: { kind: 'call', id: '1.0', bare: true }
  },
  {
    title: 'a bare number as message id',
    text: '[ 2, 17 ,"Heartbeat",{}]',
    as: { kind: 'call', id: '17', bare: true }
  },
  {
    title: 'a lone surrogate in a field',
    text: '[2,"7","Authorize",{"idTag":"\\ud800"}]',
    as: { kind: 'call', id: '7' }
  },
  { title: 'a result', text: '[3,"7",{"a":1}]', as: { kind: 'result', id: '7', payload: { a: 1 } } },
  {
    title: 'an error',
    text: '[4,"7","GenericError","no",{}]',
    as: { kind: 'error', code: 'GenericError', description: 'no' }
  },
  {
    title: 'an error without description and details',
    text: '[4,"7","GenericError"]',
    as: { kind: 'error', description: '' }
  },
  {
    title: 'a result error (2.1)',
    text: '[5,"7","FormatViolation","",{}]',
    as: { kind: 'result-error', id: '7' }
  },
  { title: 'a send (2.1)', text: '[6,"7","NotifyPeriodicEventStream",{}]', as: { kind: 'send', id: '7' } },
  {
    title: 'a key named twice',
    text: '[2,"7","Authorize",{"idTag":"a","idTag":"b"}]',
    as: { kind: 'call', doubled: true }
  },
  {
    title: 'a colon in a text, which is no key',
    text: '[2,"7","Authorize",{"idTag":"a:b\\":c"}]',
    as: { kind: 'call', doubled: false }
  },
  {
    title: 'a missing payload',
    text: '[2,"7","Heartbeat"]',
    as: { kind: 'malformed', because: 'arity', answer: true, id: { id: '7' } }
  },
  {
    title: 'one element too many',
    text: '[2,"7","Heartbeat",{},1]',
    as: { kind: 'malformed', because: 'arity', answer: true }
  },
  {
    title: 'an action that is no text',
    text: '[2,"7",5,{}]',
    as: { kind: 'malformed', because: 'arity', answer: true }
  },
  {
    title: 'an unknown message type',
    text: '[9,"7",{}]',
    as: { kind: 'malformed', because: 'message-type', answer: false }
  },
  {
    title: 'a message id of 500 characters',
    text: `[2,"${'x'.repeat(500)}","Heartbeat",{}]`,
    as: { kind: 'malformed', because: 'message-id', answer: true, id: null }
  },
  { title: 'an object', text: '{"2":"7"}', as: { kind: 'malformed', because: 'not-a-frame' } },
  {
    title: 'half a frame, with its id',
    text: '[2,"7","Heartbeat",{',
    as: { kind: 'malformed', because: 'not-json', answer: true, id: { id: '7' } }
  },
  { title: 'a NUL behind the frame', text: `${call}\0`, as: { kind: 'malformed', because: 'not-json' } },
  { title: 'nothing', text: '', as: { kind: 'malformed', because: 'not-json', id: null } },
  {
    title: 'depth 30,000',
    text: `[2,"7","Heartbeat",${'['.repeat(30_000)}${']'.repeat(30_000)}]`,
    as: { kind: 'malformed', because: 'too-deep', answer: true, id: { id: '7' } }
  },
  {
    title: 'more than 64 k characters',
    text: ' '.repeat(maxFrameChars + 1),
    as: { kind: 'malformed', because: 'too-long', answer: false }
  }
]

for (const { title, text, as } of read) {
  void test(`reads ${title}`, async (t) => {
    t.match(readFrame(text), as)
  })
}

void test('__proto__ in a payload changes no prototype', async (t) => {
  const frame = readFrame(
    '[2,"7","DataTransfer",{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]'
  )
  t.equal(frame.kind, 'call')
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  t.equal(frame.kind === 'call' && frame.doubled, false)
})

void test('an id that came as a bare number goes back as one', async (t) => {
  const frame = readFrame('[2,12.50,"Heartbeat",{}]')
  if (frame.kind !== 'call') throw new Error(frame.kind)
  t.equal(resultText(frame, {}), '[3,12.50,{}]')
  t.equal(errorText(frame, 'format', 'x', 'ocpp1.6'), '[4,12.50,"FormationViolation","x",{}]')
})

void test('an error description is cut to what the standard allows', async (t) => {
  const text = errorText({ id: 'a', bare: false }, 'internal', 'x'.repeat(1000), 'ocpp1.6')
  t.equal((JSON.parse(text) as string[])[3]?.length, 255)
})

const codes = [
  ['format', 'FormationViolation', 'FormatViolation'],
  ['occurrence', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  ['frame', 'FormationViolation', 'RpcFrameworkError'],
  ['message-type', 'GenericError', 'MessageTypeNotSupported'],
  ['unknown-action', 'NotImplemented', 'NotImplemented']
] as const

for (const [fault, in16, in2] of codes) {
  void test(`a fault of ${fault} is ${in16} in 1.6 and ${in2} in 2.x`, async (t) => {
    t.equal(errorCode(fault, 'ocpp1.6'), in16)
    t.equal(errorCode(fault, 'ocpp2.0.1'), in2)
    t.equal(errorCode(fault, 'ocpp2.1'), in2)
  })
}

const id = fc.string({ minLength: 1, maxLength: 36, unit: 'binary' })
const payload = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }))

void test('what is written is read again as it was', async (t) => {
  fc.assert(
    fc.property(id, payload, (each, body) => {
      const same = JSON.stringify(body)
      const frame = readFrame(callText(each, 'Heartbeat', body))
      if (frame.kind !== 'call') return false
      const back = readFrame(resultText(frame, body))
      const sent = readFrame(sendText(each, 'Heartbeat', body))
      const error = readFrame(resultErrorText(frame, 'format', 'x'))
      return (
        frame.id === each &&
        !frame.doubled &&
        JSON.stringify(frame.payload) === same &&
        back.kind === 'result' &&
        back.id === each &&
        sent.kind === 'send' &&
        error.kind === 'result-error'
      )
    })
  )
  t.pass()
})

const valid = [
  '[2,"7","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
  '[3,"a",{"status":"Accepted"}]',
  '[4,"a","GenericError","",{}]',
  call
]
const damaged = fc
  .tuple(
    fc.constantFrom(...valid),
    fc.array(fc.tuple(fc.nat(120), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 4 })
  )
  .map(([text, edits]) => edits.reduce((all, [at, put]) => all.slice(0, at) + put + all.slice(at + 1), text))
const brackets = fc
  .array(fc.constantFrom('[', ']', '{', '}', '"', '\\', ':', ',', '2', '1e400', 'null'), { maxLength: 400 })
  .map((parts) => parts.join(''))

void test('no text at all makes the reader throw, and every malformed frame says why', async (t) => {
  fc.assert(
    fc.property(fc.oneof(damaged, brackets, fc.string({ unit: 'binary' })), (text) => {
      const frame = readFrame(text)
      return frame.kind !== 'malformed' || frame.because.length > 0
    }),
    { numRuns: 3_000 }
  )
  t.pass()
})
