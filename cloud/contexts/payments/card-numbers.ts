import { z } from 'zod'
import { carriesCardNumber } from '../../http/index.ts'

/** Text of a request's body; one with a card number in it is refused without being repeated. */
export const safeText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !carriesCardNumber(text), 'must not carry a card number')
