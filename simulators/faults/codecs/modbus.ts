import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  encodeRequest,
  readNumber,
  splitFrames,
  type Request
} from '@nova/shared-protocol/codecs/modbus'
import { knownModels, modelOf, survey, valuesOf } from '@nova/shared-protocol/codecs/sunspec'
import { bytes, type Codec, mustHold, nothingDeclared } from './codec.ts'

const reads: Request = { kind: 'read', from: 'input', start: 52, count: 2 }
const asked: readonly Request[] = [
  reads,
  { kind: 'read-bits', from: 'coils', start: 0, count: 9 },
  { kind: 'write-one', register: 6, value: 1 },
  { kind: 'write', start: 7, values: [1, 2, 3] }
]
const answers = [
  encodeAnswer({ kind: 'read', from: 'input', values: [0x4366, 0x3334] }),
  encodeAnswer({ kind: 'read-bits', from: 'coils', values: Array.from({ length: 9 }, () => true) }),
  encodeAnswer({ kind: 'exception', function: 4, code: 2 })
]
const framed = (pdu: Uint8Array): Uint8Array => encodeFrame({ transaction: 1, unit: 1, pdu })

/** Frames, requests and answers over TCP: what waits is never longer than one frame. */
export const modbus = (): Codec => ({
  name: 'modbus',
  share: 1,
  good: [...asked.map(encodeRequest), ...answers].map(framed),
  declared: nothingDeclared,
  read(input) {
    const split = splitFrames(bytes(input))
    if (!split.ok) return
    mustHold(split.rest.length <= longestFrame, 'what waits is at most a frame')
    for (const { pdu } of split.frames) {
      decodeRequest(pdu)
      for (const request of asked) decodeAnswer(pdu, request)
      const answer = decodeAnswer(pdu, reads)
      if (answer.ok && answer.value.kind === 'read') readNumber(answer.value.values, 'float32')
    }
  }
})
const longestFrame = 260 // Modbus Messaging on TCP/IP, 4.1: seven bytes of header and a PDU of 253.

const words = (view: Uint8Array): number[] =>
  Array.from(
    { length: view.length >> 1 },
    (_, index) => ((view[2 * index] ?? 0) << 8) | (view[2 * index + 1] ?? 0)
  )
const registers = (...values: readonly number[]): number[] =>
  values.flatMap((value) => [value >> 8, value & 0xff])
const block = (id: number): number[] => {
  const length = modelOf(id)?.length ?? 0
  return [...registers(id, length), ...Array.from({ length: 2 * length }, () => 1)]
}
const deviceWith = (...ids: readonly number[]): Uint8Array =>
  Uint8Array.from([...registers(0x5375, 0x6e53), ...ids.flatMap(block), ...registers(0xffff, 0)])

/** A device's whole list of models: the survey ends, and each block is read as far as it goes. */
export const sunspec = (): Codec => ({
  name: 'sunspec',
  share: 0.5,
  good: knownModels.map((id) => deviceWith(1, id)), // Model 1 comes first in every device.
  declared: nothingDeclared,
  read(input) {
    const memory = words(bytes(input))
    const from = (start: number, count: number): number[] => memory.slice(start - base, start - base + count)
    const search = survey()
    let turn = search.next()
    for (let looks = 0; !turn.done; looks++) {
      mustHold(looks < mostLooks, 'the survey ends')
      const { start, count } = turn.value
      const found = start < base ? [] : from(start, count)
      turn = search.next(found.length === count ? found : null)
    }
    if (!turn.value.ok) return
    for (const { id, start, length } of turn.value.blocks) {
      const model = modelOf(id)
      if (model) valuesOf(model, from(start, length + 2))
    }
  }
})
const base = 40_000
const mostLooks = 200 // 64 blocks at most, and three places where the mark may stand.
