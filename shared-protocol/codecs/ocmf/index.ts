export { anyKnownClock, proofOf, type Proof, type ProofFault } from './billable.ts'
export { curveNamed, readKey, type Curve, type KeyFault, type PublicKey } from './key.ts'
export { type Clock, type SignedReading, type Transaction } from './reading.ts'
export {
  readAlgorithm,
  readRecord,
  type Algorithm,
  type ReadRecord,
  type RecordFault,
  type Signature,
  type SignedRecord
} from './record.ts'
export { transparencyXml, type Exported } from './transparency.ts'
export { keysFor, signatureForm, verifyRecord, type MeterKey, type Question, type Verify } from './verify.ts'
