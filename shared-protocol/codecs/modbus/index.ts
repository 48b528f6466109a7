export { encodeFrame, splitFrames, type Frame, type Split } from './frame.ts'
export {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  exceptions,
  functionOf,
  type Answer,
  type Request
} from './pdu.ts'
export { readNumber, wordsOf, writeNumber, type Kind } from './registers.ts'
