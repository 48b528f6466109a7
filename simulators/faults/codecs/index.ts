import type { Codec } from './codec.ts'
import { config } from './config.ts'
import { modbus, sunspec } from './modbus.ts'
import { ocmf, ocpi } from './money.ts'
import { ocpp16, ocppJ } from './ocpp.ts'

export { fuzz, inputOf, isHeld, type Verdict } from './run.ts'

/** Each opened anew: a conversation has a memory. */
export const codecs: readonly (() => Codec)[] = [ocppJ, ocpp16, modbus, sunspec, ocmf, ocpi, config]
