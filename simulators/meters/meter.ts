import { decodeRequest, encodeAnswer, exceptions, type Frame } from '@nova/shared-protocol/codecs/modbus'
import { serveModbus } from './modbus-server.ts'
import { registerCount, registersOf, type Fault, type Through } from './registers.ts'

export type MeterSimulator = {
  readonly port: number
  /** null: well again. */
  fault(kind: Fault | null): void
  stop(): Promise<void>
}

export type Plan = {
  readonly port: number // 0: any.
  readonly host?: string
  /** Asked at each read: the sum of what the chargers really draw and the base load. */
  through(): Through
}

/**
 * A Modbus TCP meter that shows what its `through` says, as an SDM630 would, until it is told to fail.
 * @throws Error when the port is taken
 */
export async function openMeter({ port, host = '127.0.0.1', through }: Plan): Promise<MeterSimulator> {
  let failing: Fault | null = null
  let frozen: number[] | null = null
  const image = (): number[] => {
    if (failing !== 'freeze') frozen = null
    else frozen ??= registersOf(through(), null)
    return frozen ?? registersOf(through(), failing)
  }
  const server = await serveModbus({ port, host }, (frame) =>
    failing === 'silent' ? null : answerTo(frame, image, failing)
  )
  return {
    port: server.port,
    fault: (kind) => {
      failing = kind
    },
    stop: () => server.stop()
  }
}

function answerTo({ pdu }: Frame, image: () => number[], failing: Fault | null): Uint8Array {
  const request = decodeRequest(pdu)
  const refuse = (code: number): Uint8Array =>
    encodeAnswer({ kind: 'exception', function: pdu[0] ?? 0, code })
  if (!request.ok) return refuse(request.exception)
  if (failing === 'exception') return refuse(exceptions.deviceFailure)
  if (request.value.kind !== 'read' || request.value.from !== 'input')
    return refuse(exceptions.illegalFunction)
  const { start, count } = request.value
  if (start + count > registerCount) return refuse(exceptions.illegalAddress)
  return encodeAnswer({ kind: 'read', from: 'input', values: image().slice(start, start + count) })
}
