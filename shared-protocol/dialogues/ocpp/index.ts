export { step } from './step.ts'
export {
  beginTalk,
  usualRules,
  type Do,
  type Heard,
  type Inbound,
  type Outcome,
  type Rules,
  type Step,
  type Talk,
  type Wish
} from './talk.ts'
