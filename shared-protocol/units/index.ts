export { Currency, isCurrency } from './currencies.ts'
export { epochMsOf } from './instant.ts'
export { addMoney, AmountTooLarge, minorDigits, money, Money, negated, share, sumMoney } from './money.ts'
export {
  ampsOf,
  milliAmpsOf,
  powerOfW,
  type MilliAmps,
  type PerPhase,
  type WattHours,
  type Watts
} from './power.ts'
export { roundHalfUp, type Rounding } from './rounding.ts'
