export { isFresh, type Answer, type Push } from './cached.ts'
export { decide, type Policy, type Question, type Verdict } from './decide.ts'
export { answered, isOver, isVouched, type Pending } from './pending.ts'
export { findToken, isSameToken, mayStop, tokenList, type TokenList } from './tokens.ts'
