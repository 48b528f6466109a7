export { wechatBills } from './bill.ts'
export type { WechatSettings } from './client.ts'
export { wechatNative } from './native.ts'
export { wechatScore } from './score.ts'
