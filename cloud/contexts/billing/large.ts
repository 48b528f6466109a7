import { minorDigits } from '@nova/shared-protocol/units'

// In whole units of the currency, near a hundred euros: above it a second person has to look. Others: 100.
const largeFrom: Readonly<Record<string, number>> = {
  CNY: 500, EUR: 100, USD: 100, GBP: 100, CHF: 100, JPY: 10_000, KRW: 100_000, INR: 5_000, KWD: 30, BHD: 30
} // prettier-ignore
const otherwise = 100

/** Whether a correction moves so much that whoever asks for it may not decide it alone. */
export const isLarge = (currency: string, differenceMinor: number): boolean =>
  BigInt(Math.abs(differenceMinor)) >=
  BigInt(largeFrom[currency] ?? otherwise) * 10n ** BigInt(minorDigits(currency))
